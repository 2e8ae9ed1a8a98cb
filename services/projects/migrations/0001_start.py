"""Organisations, needs and disbursements, beside the tables that every service has."""

from shared.database.plumbing import create_plumbing, run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCRIPT = """
create table organisations (
    territory text not null,
    organisation_id uuid not null,
    name text not null,
    siren text,
    rna text,
    tribunal_reference text,
    representative_id uuid not null,
    registered_at timestamptz not null,
    constraint pk_organisations primary key (territory, organisation_id),
    constraint uq_organisations__organisation_id unique (organisation_id),
    constraint uq_organisations__siren unique (siren),
    constraint uq_organisations__rna unique (rna),
    constraint uq_organisations__territory_tribunal_reference unique (territory, tribunal_reference),
    constraint ck_organisations__identifiers check (coalesce(siren, rna, tribunal_reference) is not null)
);
create index ix_organisations__representative_id on organisations (representative_id);

create table needs (
    territory text not null,
    need_id uuid not null,
    organisation_id uuid not null,
    title text not null,
    description text not null,
    family text not null,
    fund text not null,
    amount_minor bigint not null,
    currency text not null,
    human_support text,
    state text not null,
    submitted_by uuid not null,
    submitted_at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    decision_reference text,
    decided_on date,
    refusal_reason text,
    constraint pk_needs primary key (territory, need_id),
    constraint fk_needs__organisation_id foreign key (organisation_id)
        references organisations (organisation_id),
    constraint ck_needs__amount_minor check (amount_minor > 0),
    constraint ck_needs__family check (family in ('grant', 'investment')),
    constraint ck_needs__state check (state in (
        'draft', 'submitted', 'eligible', 'ineligible', 'qualified', 'approved', 'contracted', 'disbursing',
        'repaying', 'closed', 'withdrawn'
    )),
    -- Whatever the code does: nothing is approved without a decision that somebody else took.
    constraint ck_needs__decision check (
        state not in ('approved', 'closed', 'contracted', 'disbursing', 'repaying')
        or (decision_reference is not null and decided_on is not null and decided_by <> submitted_by)
    )
);
create index ix_needs__organisation_id on needs (organisation_id);
create index ix_needs__territory_state on needs (territory, state);

create table disbursements (
    territory text not null,
    disbursement_id uuid not null,
    need_id uuid not null,
    amount_minor bigint not null,
    currency text not null,
    payee_name text not null,
    payee_iban text not null,
    state text not null,
    requested_by uuid not null,
    requested_at timestamptz not null,
    idempotency_key text not null,
    changed_at timestamptz not null,
    available_minor bigint,
    ordered_by uuid,
    confirmed_by uuid,
    end_to_end_id text,
    booked_on date,
    constraint pk_disbursements primary key (territory, disbursement_id),
    constraint uq_disbursements__territory_need_id_idempotency_key
        unique (territory, need_id, idempotency_key),
    constraint fk_disbursements__territory_need_id foreign key (territory, need_id)
        references needs (territory, need_id),
    constraint ck_disbursements__amount_minor check (amount_minor > 0),
    constraint ck_disbursements__state check (state in (
        'requested', 'refused', 'reserved', 'ordered', 'committed', 'disbursed'
    ))
);
"""


def upgrade() -> None:
    create_plumbing()
    run_script(SCRIPT)

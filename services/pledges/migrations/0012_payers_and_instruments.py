"""Who pledges, with which instrument and how firmly; decisions on instruments; files of pledges that were imported.

What was promised before is a natural person's gift, by word. Letters of intent are found by an index of their own,
which other pledges are not in.
"""

from shared.database.plumbing import run_script

revision = "0012"
down_revision = "0011"

TABLES = """
alter table pledges
    add column payer_kind text not null default 'natural_person',
    add column instrument text not null default 'gift',
    add column commitment text not null default 'promise',
    add constraint ck_pledges__payer_kind check (payer_kind in (
        'natural_person', 'company', 'association', 'foundation', 'public_body', 'fund')),
    add constraint ck_pledges__commitment check (commitment in ('promise', 'letter_of_intent', 'signed'));
create index ix_pledges__letters_of_intent on pledges (made_at, pledge_id) where commitment = 'letter_of_intent';

create table payers (
    territory text not null,
    pledge_id uuid not null,
    name text not null,
    siren text,
    rna text,
    tribunal_reference text,
    signatory_name text,
    signatory_capacity text,
    constraint pk_payers primary key (territory, pledge_id),
    constraint fk_payers__territory_pledge_id__pledges
        foreign key (territory, pledge_id) references pledges (territory, pledge_id),
    constraint ck_payers__identifiers check (coalesce(siren, rna, tribunal_reference) is not null),
    constraint ck_payers__signatory_capacity check ((signatory_name is null) = (signatory_capacity is null))
);

create table pledge_signatures (
    territory text not null,
    pledge_id uuid not null,
    signatory_name text not null,
    signatory_capacity text not null,
    text_version integer not null,
    text_sha256 text not null,
    signed_at timestamptz not null,
    constraint pk_pledge_signatures primary key (territory, pledge_id),
    constraint fk_pledge_signatures__territory_pledge_id__pledges
        foreign key (territory, pledge_id) references pledges (territory, pledge_id)
);

create table cross_subscriptions (
    territory text not null,
    pledge_id uuid not null,
    organisation_name text not null,
    siren text not null,
    constraint pk_cross_subscriptions primary key (territory, pledge_id),
    constraint fk_cross_subscriptions__territory_pledge_id__pledges
        foreign key (territory, pledge_id) references pledges (territory, pledge_id)
);

create table instrument_authorisations (
    authorisation_id uuid not null,
    instrument text not null,
    is_authorised boolean not null,
    ground text not null,
    decided_by uuid not null,
    decided_at timestamptz not null,
    constraint pk_instrument_authorisations primary key (authorisation_id)
);
create index ix_instrument_authorisations__instrument_decided_at
    on instrument_authorisations (instrument, decided_at);

create table pledge_imports (
    import_id uuid not null,
    file_hash text not null,
    file_name text not null,
    line_count integer not null,
    new_count integer not null,
    amount_minor bigint not null,
    imported_by uuid,
    imported_at timestamptz not null,
    constraint pk_pledge_imports primary key (import_id),
    constraint uq_pledge_imports__file_hash unique (file_hash)
);

create table pledge_import_lines (
    import_id uuid not null,
    line_number integer not null,
    territory text not null,
    pledge_id uuid not null,
    row_key text not null,
    content_hash text not null,
    identifier text,
    is_new boolean not null,
    constraint pk_pledge_import_lines primary key (import_id, line_number),
    constraint fk_pledge_import_lines__import_id__pledge_imports
        foreign key (import_id) references pledge_imports (import_id),
    constraint fk_pledge_import_lines__territory_pledge_id__pledges
        foreign key (territory, pledge_id) references pledges (territory, pledge_id)
);
create unique index uq_pledge_import_lines__row_key on pledge_import_lines (row_key) where is_new;
"""


def upgrade() -> None:
    run_script(TABLES)

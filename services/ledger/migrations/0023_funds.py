"""Funds and their rules: what a fund gives out follows a decision, and what it may not give any more is given up."""

from shared.database.plumbing import run_script

revision = "0023"
down_revision = "0022"

FUNDS = """
create table funds (
    code text not null,
    name text not null,
    purpose text not null,
    added_by uuid,
    added_at timestamptz not null,
    constraint pk_funds primary key (code),
    constraint ck_funds__code check (code ~ '^[a-z][a-z0-9-]*$')
);
create table fund_rules (
    rules_id uuid not null,
    fund text not null,
    effective_on date not null,
    decision_reference text not null,
    families text[] not null,
    instruments text[] not null,
    largest_disbursement_minor bigint,
    largest_share_basis_points integer,
    opens_on date,
    closes_on date,
    adopted_by uuid,
    recorded_at timestamptz not null,
    constraint pk_fund_rules primary key (rules_id),
    constraint fk_fund_rules__fund foreign key (fund) references funds (code),
    constraint uq_fund_rules__fund_effective_on unique (fund, effective_on),
    constraint ck_fund_rules__families check (families <@ array['grant', 'investment']),
    constraint ck_fund_rules__largest_disbursement_minor check (largest_disbursement_minor > 0),
    constraint ck_fund_rules__largest_share_basis_points check (largest_share_basis_points between 1 and 10000),
    constraint ck_fund_rules__opens_on check (opens_on <= closes_on)
);
alter table disbursements add column released_by uuid, add column release_reason text;
alter table disbursements drop constraint ck_disbursements__state;
alter table disbursements add constraint ck_disbursements__state
    check (state in ('reserved', 'refused', 'ordered', 'committed', 'disbursed', 'released'));
alter table disbursements add constraint ck_disbursements__released check (
    (state = 'released') = (released_by is not null) and (released_by is null) = (release_reason is null)
);

create trigger tr_funds__append_only before update or delete or truncate on funds
    for each statement execute function refuse_change();
create trigger tr_fund_rules__append_only before update or delete or truncate on fund_rules
    for each statement execute function refuse_change();

insert into funds (code, name, purpose, added_at) values
    ('general', 'Hors fonds', 'L’argent qui n’est encore à aucun fonds : ce que rien n’explique, les frais de la'
        ' banque, le solde d’avant le premier relevé. Rien n’en est versé.', now()),
    ('fonds-commun', 'Fonds commun de la transition juste', 'Le fonds de tous les territoires : ce qui y arrive va aux'
        ' projets du territoire qui l’a reçu.', now());
insert into fund_rules (rules_id, fund, effective_on, decision_reference, families, instruments, recorded_at) values
    (gen_random_uuid(), 'fonds-commun', '2000-01-01', 'Règles de départ, jusqu’au premier vote',
        array['grant', 'investment'],
        array['gift', 'loan', 'participating_title', 'cooperative_share', 'cross_subscription'], now());

do $$
begin
    if exists (select from pg_roles where rolname = 'ledger_app') then
        revoke update, delete, truncate on funds, fund_rules from ledger_app;
    end if;
end $$;
"""


def upgrade() -> None:
    run_script(FUNDS)

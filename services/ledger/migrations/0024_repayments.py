"""Investments that are paid back: schedules, references, repayments and their returns."""

from shared.database.plumbing import run_script

revision = "0024"
down_revision = "0023"

REPAYMENTS = """
create table repayment_schedules (
    territory text not null,
    schedule_id uuid not null,
    disbursement_id uuid not null,
    version integer not null,
    currency text not null,
    instalments jsonb not null,
    decision_reference text not null,
    state text not null,
    ordered_by uuid not null,
    ordered_at timestamptz not null,
    confirmed_by uuid,
    confirmed_on date,
    order_hash text,
    principal_before_minor bigint not null,
    interest_before_minor bigint not null,
    ended_at timestamptz,
    constraint pk_repayment_schedules primary key (territory, schedule_id),
    constraint ck_repayment_schedules__state check (state in ('ordered', 'confirmed', 'cancelled')),
    constraint ck_repayment_schedules__two_persons check (confirmed_by is null or confirmed_by <> ordered_by),
    constraint ck_repayment_schedules__confirmed check ((state = 'confirmed') = (confirmed_by is not null)
        and (state = 'confirmed') = (confirmed_on is not null)
        and (state = 'confirmed') = (order_hash is not null))
);
create function keep_repayment_schedule() returns trigger language plpgsql as $$
declare
    ends constant text[] := array['state', 'confirmed_by', 'confirmed_on', 'order_hash', 'ended_at'];
begin
    if old.state <> 'ordered' or to_jsonb(new) - ends is distinct from to_jsonb(old) - ends then
        raise exception 'a repayment schedule is confirmed or given up, once: it is never changed';
    end if;
    return new;
end $$;
create trigger tr_repayment_schedules__once before update on repayment_schedules
    for each row execute function keep_repayment_schedule();
create trigger tr_repayment_schedules__append_only before delete or truncate on repayment_schedules
    for each statement execute function refuse_change();
create unique index uq_repayment_schedules__ordered on repayment_schedules (territory, disbursement_id)
    where state = 'ordered';
create unique index uq_repayment_schedules__version on repayment_schedules (territory, disbursement_id, version)
    where state = 'confirmed';

create table repayment_references (
    territory text not null,
    disbursement_id uuid not null,
    reference text not null,
    beneficiary_name text not null,
    beneficiary_iban text not null,
    constraint pk_repayment_references primary key (territory, disbursement_id),
    constraint uq_repayment_references__reference unique (reference)
);
create trigger tr_repayment_references__append_only before update or delete or truncate on repayment_references
    for each statement execute function refuse_change();

create table repayments (
    territory text not null,
    line_id uuid not null,
    disbursement_id uuid not null,
    currency text not null,
    interest_minor bigint not null,
    principal_minor bigint not null,
    excess_minor bigint not null,
    booked_on date not null,
    constraint pk_repayments primary key (line_id),
    constraint ck_repayments__amounts check (interest_minor >= 0 and principal_minor >= 0 and excess_minor >= 0
        and interest_minor + principal_minor + excess_minor > 0)
);
create index ix_repayments__disbursement_id on repayments (territory, disbursement_id);
create trigger tr_repayments__append_only before update or delete or truncate on repayments
    for each statement execute function refuse_change();

create table repayment_returns (
    territory text not null,
    line_id uuid not null,
    repaid_line_id uuid not null,
    booked_on date not null,
    constraint pk_repayment_returns primary key (line_id),
    constraint uq_repayment_returns__repaid_line_id unique (repaid_line_id)
);
create trigger tr_repayment_returns__append_only before update or delete or truncate on repayment_returns
    for each statement execute function refuse_change();

do $$
begin
    if exists (select from pg_roles where rolname = 'ledger_app') then
        revoke delete, truncate on repayment_schedules from ledger_app;
        revoke update, delete, truncate on repayment_references, repayments, repayment_returns from ledger_app;
    end if;
end $$;
"""


def upgrade() -> None:
    run_script(REPAYMENTS)

"""Shares of envelope between territories."""

from shared.database.plumbing import run_script

revision = "0020"
down_revision = "0019"

SHARES = """
create table envelope_shares (
    territory text not null,
    share_id uuid not null,
    receiver text not null,
    fund text not null,
    amount_minor bigint not null,
    currency text not null,
    decision_reference text not null,
    state text not null,
    ordered_by uuid not null,
    ordered_at timestamptz not null,
    confirmed_by uuid,
    ended_at timestamptz,
    constraint pk_envelope_shares primary key (territory, share_id),
    constraint ck_envelope_shares__amount_minor check (amount_minor > 0),
    constraint ck_envelope_shares__receiver check (receiver <> territory),
    constraint ck_envelope_shares__state check (state in ('ordered', 'confirmed', 'cancelled')),
    constraint ck_envelope_shares__two_persons check (confirmed_by is null or confirmed_by <> ordered_by),
    constraint ck_envelope_shares__confirmed check ((state = 'confirmed') = (confirmed_by is not null))
);
create unique index uq_envelope_shares__ordered on envelope_shares
    (territory, receiver, fund, currency, amount_minor, decision_reference, ordered_by) where state = 'ordered';
create index ix_envelope_shares__receiver on envelope_shares (receiver, ordered_at);

do $$
begin
    if exists (select from pg_roles where rolname = 'ledger_app') then
        revoke delete, truncate on envelope_shares from ledger_app;
    end if;
end $$;
"""


def upgrade() -> None:
    run_script(SHARES)

"""Shares of envelope between territories; and an account for what investments paid back."""

from shared.database.plumbing import run_script

revision = "0020"
down_revision = "0019"

SHARES = """
alter table entry_lines drop constraint ck_entry_lines__account;
alter table entry_lines add constraint ck_entry_lines__account check (account in (
    '512100', '471000', '181000', '186000', '187000', '110000', '627000', '467200', '588000', '754110',
    '754190', '168100', '167100', '101300', '467100', '657100', '274000', '274900', '657200', '762000',
    '802100', '809100', '802200', '809300', '801100', '801200', '809200', '802300', '809400'
));

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

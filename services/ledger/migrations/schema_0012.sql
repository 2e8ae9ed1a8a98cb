-- What each day debited and credited, and balances by instrument: both are made again from the lines.

create table daily_movements (
    territory text not null,
    entry_on date not null,
    account text not null,
    fund text not null,
    instrument text not null,
    currency text not null,
    debit_minor bigint not null,
    credit_minor bigint not null,
    constraint pk_daily_movements primary key (territory, entry_on, account, fund, instrument, currency),
    constraint ck_daily_movements__amounts check (debit_minor >= 0 and credit_minor >= 0)
);
insert into daily_movements (territory, entry_on, account, fund, instrument, currency, debit_minor, credit_minor)
    select territory, entry_on, account, fund, instrument, currency,
        coalesce(sum(amount_minor) filter (where amount_minor > 0), 0),
        coalesce(-sum(amount_minor) filter (where amount_minor < 0), 0)
    from journal_entries join entry_lines using (territory, seq)
    group by territory, entry_on, account, fund, instrument, currency;

delete from balances;
alter table balances add column instrument text not null;
alter table balances drop constraint pk_balances;
alter table balances add constraint pk_balances primary key (territory, account, fund, instrument, currency);
insert into balances (territory, account, fund, instrument, currency, amount_minor)
    select territory, account, fund, instrument, currency, sum(debit_minor - credit_minor)
    from daily_movements group by territory, account, fund, instrument, currency;

do $$
begin
    if exists (select from pg_roles where rolname = 'ledger_app') then
        revoke delete, truncate on daily_movements from ledger_app;
    end if;
end $$;

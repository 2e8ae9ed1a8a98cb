-- A row for each payment said again what its entry says: a fifth of the cost of posting. What is left of it is the
-- policy by which the entry was split, and how much of a payment has gone back.

alter table journal_entries add column policy_id uuid;
alter table journal_entries disable trigger tr_journal_entries__append_only;
update journal_entries e set policy_id = r.policy_id
    from receipts r where e.line_id = r.line_id and r.policy_id is not null;
alter table journal_entries enable trigger tr_journal_entries__append_only;

create table returned_receipts (
    territory text not null,
    line_id uuid not null,
    fund text not null,
    currency text not null,
    amount_minor bigint not null,
    share_minor bigint not null,
    returned_minor bigint not null,
    constraint pk_returned_receipts primary key (line_id),
    constraint ck_returned_receipts__share_minor check (share_minor between 0 and amount_minor),
    constraint ck_returned_receipts__returned_minor check (returned_minor between 1 and amount_minor)
);
insert into returned_receipts (territory, line_id, fund, currency, amount_minor, share_minor, returned_minor)
    select territory, line_id, fund, currency, amount_minor, share_minor, returned_minor
    from receipts where returned_minor > 0;
drop table receipts;

do $$
begin
    if exists (select from pg_roles where rolname = 'ledger_app') then
        revoke delete, truncate on returned_receipts from ledger_app;
    end if;
end $$;

-- Closed periods. Each chain says up to which day it is closed: a batch reads it with the lock that it takes anyway.

create table closings (
    closing_id uuid not null,
    closed_through date not null,
    decision_reference text not null,
    closed_by uuid not null,
    closed_at timestamptz not null,
    constraint pk_closings primary key (closing_id),
    constraint uq_closings__closed_through unique (closed_through)
);
create trigger tr_closings__append_only before update or delete or truncate on closings
    for each statement execute function refuse_change();

alter table chains add column closed_through date;

create function check_open() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select territory, min(entry_on) as entry_on from added group by territory) as entry
            join chains using (territory)
        where entry.entry_on <= chains.closed_through
    ) then
        raise exception 'closed period: nothing is posted in it any more';
    end if;
    return null;
end $$;

create trigger tr_journal_entries__open after insert on journal_entries
    referencing new table as added for each statement execute function check_open();

do $$
begin
    if exists (select from pg_roles where rolname = 'ledger_app') then
        revoke update, delete, truncate on closings from ledger_app;
    end if;
end $$;

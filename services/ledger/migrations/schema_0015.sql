-- Corrections: what is to stand in place of an entry, ordered by one treasurer and confirmed by another.

create table corrections (
    territory text not null,
    correction_id uuid not null,
    corrected_seq bigint not null,
    corrected_hash text not null,
    lines jsonb not null,
    reason text not null,
    state text not null,
    ordered_by uuid not null,
    ordered_at timestamptz not null,
    confirmed_by uuid,
    ended_at timestamptz,
    constraint pk_corrections primary key (territory, correction_id),
    constraint ck_corrections__state check (state in ('ordered', 'confirmed', 'cancelled')),
    constraint ck_corrections__two_persons check (confirmed_by is null or confirmed_by <> ordered_by),
    constraint ck_corrections__confirmed check ((state = 'confirmed') = (confirmed_by is not null))
);
create unique index uq_corrections__corrected_seq on corrections (territory, corrected_seq) where state <> 'cancelled';

do $$
begin
    if exists (select from pg_roles where rolname = 'ledger_app') then
        revoke delete, truncate on corrections from ledger_app;
    end if;
end $$;

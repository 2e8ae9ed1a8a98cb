-- Daily roots: signed texts that fix every entry up to a moment. Only ever added.

create table roots (
    number bigint not null,
    document text not null,
    signature bytea not null,
    public_key bytea not null,
    published_at timestamptz not null,
    constraint pk_roots primary key (number)
);
create trigger tr_roots__append_only before update or delete or truncate on roots
    for each statement execute function refuse_change();

do $$
begin
    if exists (select from pg_roles where rolname = 'ledger_app') then
        revoke update, delete, truncate on roots from ledger_app;
    end if;
end $$;

"""What was given out of the books, with its hash: two exports of a year can be compared."""

from shared.database.plumbing import run_script

revision = "0017"
down_revision = "0016"

EXPORTS = """
create table exports (
    export_id uuid not null,
    year integer not null,
    format text not null,
    file_name text not null,
    sha256 text not null,
    size_bytes bigint not null,
    made_by uuid,
    made_at timestamptz not null,
    constraint pk_exports primary key (export_id)
);
create trigger tr_exports__append_only before update or delete or truncate on exports
    for each statement execute function refuse_change();

do $$
begin
    if exists (select from pg_roles where rolname = 'ledger_app') then
        revoke update, delete, truncate on exports from ledger_app;
    end if;
end $$;
"""


def upgrade() -> None:
    run_script(EXPORTS)

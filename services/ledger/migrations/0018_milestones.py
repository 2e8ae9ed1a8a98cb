"""Milestones that were reached, each told once."""

from shared.database.plumbing import run_script

revision = "0018"
down_revision = "0017"

MILESTONES = """
create table milestones (
    territory text not null,
    percent integer not null,
    reached_at timestamptz not null,
    constraint pk_milestones primary key (territory, percent),
    constraint ck_milestones__percent check (percent >= 0)
);
create trigger tr_milestones__append_only before update or delete or truncate on milestones
    for each statement execute function refuse_change();

do $$
begin
    if exists (select from pg_roles where rolname = 'ledger_app') then
        revoke update, delete, truncate on milestones from ledger_app;
    end if;
end $$;
"""


def upgrade() -> None:
    run_script(MILESTONES)

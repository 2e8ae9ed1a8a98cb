"""Rolls of those who had invested or given by a day."""

from shared.database.plumbing import run_script

revision = "0018"
down_revision = "0017"

TABLES = """
create table investor_rolls (
    roll_id uuid not null,
    as_of date not null,
    drawn_at timestamptz not null,
    drawn_by uuid,
    statements_until date,
    person_count integer not null,
    member_count integer not null,
    content_hash text not null,
    previous_roll_id uuid,
    constraint pk_investor_rolls primary key (roll_id),
    constraint fk_investor_rolls__previous_roll_id__investor_rolls
        foreign key (previous_roll_id) references investor_rolls (roll_id),
    constraint ck_investor_rolls__member_count check (member_count between 0 and person_count)
);
create index ix_investor_rolls__as_of_drawn_at on investor_rolls (as_of, drawn_at);

create table investor_roll_entries (
    roll_id uuid not null,
    territory text not null,
    person_id uuid not null,
    is_member boolean not null,
    constraint pk_investor_roll_entries primary key (roll_id, territory, person_id)
);

create table investor_roll_counts (
    roll_id uuid not null,
    territory text not null,
    person_count integer not null,
    member_count integer not null,
    constraint pk_investor_roll_counts primary key (roll_id, territory),
    constraint ck_investor_roll_counts__member_count check (member_count between 0 and person_count)
);

create table investor_roll_changes (
    roll_id uuid not null,
    territory text not null,
    person_id uuid not null,
    change text not null,
    cause text not null,
    constraint pk_investor_roll_changes primary key (roll_id, territory, person_id),
    constraint ck_investor_roll_changes__change check (change in ('added', 'removed')),
    constraint ck_investor_roll_changes__cause check (cause in (
        'imported_since', 'allocated_since', 'undone_since', 'unknown'))
);
"""


def upgrade() -> None:
    run_script(TABLES)

"""Credits in suspense find their pledges later: by hand, by their several references, by a claim."""

from shared.database.plumbing import run_script

revision = "0009"
down_revision = "0008"

ALLOCATIONS = """
alter table bank_lines add column allocated_minor bigint not null default 0;
alter table bank_lines add constraint ck_bank_lines__allocated_minor check (
    allocated_minor = 0
    or (allocated_minor between 0 and amount_minor and fate = 'suspended' and direction = 'credit'));
drop index ix_bank_lines__suspended;
create index ix_bank_lines__waiting on bank_lines (booked_on, line_id)
    where fate = 'suspended' and allocated_minor < amount_minor;
create index ix_bank_lines__waiting_statement_id on bank_lines (statement_id)
    where fate = 'suspended' and allocated_minor < amount_minor;
create index ix_bank_lines__allocated_end_to_end_id on bank_lines (end_to_end_id)
    where allocated_minor > 0 and end_to_end_id is not null;

create table allocations (
    territory text not null,
    allocation_id uuid not null,
    line_id uuid not null,
    pledge_id uuid not null,
    amount_minor bigint not null,
    returned_minor bigint not null default 0,
    matched_by text not null,
    made_by uuid,
    note text,
    made_at timestamptz not null,
    undo_asked_by uuid,
    undo_asked_at timestamptz,
    undo_reason text,
    undone_by uuid,
    undone_at timestamptz,
    constraint pk_allocations primary key (territory, allocation_id),
    constraint uq_allocations__allocation_id unique (allocation_id),
    constraint fk_allocations__line_id__bank_lines foreign key (line_id) references bank_lines (line_id),
    constraint fk_allocations__pledge_id__pledges foreign key (pledge_id) references pledges (pledge_id),
    constraint ck_allocations__amount_minor check (amount_minor > 0),
    constraint ck_allocations__returned_minor check (returned_minor between 0 and amount_minor),
    constraint ck_allocations__matched_by check (matched_by in ('by_hand', 'several_references', 'claim')),
    constraint ck_allocations__undo_asked_at check (
        (undo_asked_at is null) = (undo_asked_by is null) and (undo_asked_at is null) = (undo_reason is null)),
    constraint ck_allocations__undone_at check (
        undone_at is null or (undo_asked_at is not null and undone_by is not null and returned_minor = 0))
);
create index ix_allocations__line_id on allocations (line_id);
create index ix_allocations__pledge_id on allocations (pledge_id);
"""


def upgrade() -> None:
    run_script(ALLOCATIONS)

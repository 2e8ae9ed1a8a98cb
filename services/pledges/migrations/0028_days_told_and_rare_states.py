"""A statement's days are those of its lines: two that tell the same ones would count money twice.

And pledges in rare states are found without reading the others. The two indexes ask for sums that no payment
changes, not for the state: pledges would no longer stay in place when they are paid.
"""

from shared.database.plumbing import run_script

revision = "0028"
down_revision = "0027"

DAYS_TOLD = """
alter table statements add column first_booked_on date, add column last_booked_on date;
update statements set
    first_booked_on = least(greatest(lines.first_on, opening_on), closing_on),
    last_booked_on = least(greatest(lines.last_on, opening_on), closing_on)
from (
    select statement_id, min(booked_on) as first_on, max(booked_on) as last_on from bank_lines group by statement_id
) as lines
where lines.statement_id = statements.statement_id;
alter table statements add constraint ck_statements__booked_on check (
    (line_count = 0) = (first_booked_on is null) and (line_count = 0) = (last_booked_on is null));
"""

RARE_STATES = """
create index ix_pledges__released on pledges (made_at, pledge_id) where released_minor > 0;
create index ix_pledges__returned on pledges (made_at, pledge_id) where returned_minor > 0;
"""


def upgrade() -> None:
    run_script(DAYS_TOLD)
    run_script(RARE_STATES)

"""What a condition triggered is due by a day and what it never triggered has lapsed: reminders and expiry follow.

Conditions that are over already: what they triggered is due thirty days from now, as of whoever chose no date.
"""

from shared.database.plumbing import run_script

revision = "0025"
down_revision = "0024"

LAPSED = """
alter table pledges
    add column lapsed_minor bigint not null default 0,
    add constraint ck_pledges__lapsed_minor check (lapsed_minor between 0 and amount_minor);
update pledges p
    set lapsed_minor = c.amount_minor - c.triggered_minor,
        due_on = case when c.triggered_minor > 0 then current_date + 30 end,
        changed_at = now()
    from conditions c where c.pledge_id = p.pledge_id and c.closed_on is not null;
"""


def upgrade() -> None:
    run_script(LAPSED)

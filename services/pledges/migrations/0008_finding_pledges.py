"""Pledges are found by their amount or territory, the newest first, without reading the others.

Not by their state: an index of it would be written again with each payment, and keep pledges from staying in place.
"""

from shared.database.plumbing import run_script

revision = "0008"
down_revision = "0007"

INDEXES = """
create index ix_pledges__made_at on pledges (made_at, pledge_id);
create index ix_pledges__territory_made_at on pledges (territory, made_at, pledge_id);
create index ix_pledges__amount_minor_made_at on pledges (amount_minor, made_at, pledge_id);
"""


def upgrade() -> None:
    run_script(INDEXES)

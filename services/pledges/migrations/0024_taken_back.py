"""What waits in suspense, and every detail of a notification, is found by its EndToEndId."""

from shared.database.plumbing import run_script

revision = "0024"
down_revision = "0023"

TAKEN_BACK = """
create index ix_bank_lines__suspended_end_to_end_id on bank_lines (end_to_end_id)
    where fate = 'suspended' and end_to_end_id is not null;
create index ix_notified_details__end_to_end_id on notified_details (end_to_end_id)
    where end_to_end_id is not null;
drop index ix_notified_details__allocated_end_to_end_id;
"""


def upgrade() -> None:
    run_script(TAKEN_BACK)

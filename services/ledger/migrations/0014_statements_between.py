"""A statement that is proved late, between others, moves those after it: their positions change in one statement."""

from shared.database.plumbing import run_script

revision = "0014"
down_revision = "0013"

POSITIONS = """
alter table statements drop constraint uq_statements__account_proved_position;
alter table statements add constraint uq_statements__account_proved_position unique (account, proved_position)
    deferrable initially immediate;
"""


def upgrade() -> None:
    run_script(POSITIONS)

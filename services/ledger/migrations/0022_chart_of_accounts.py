"""The chart of accounts is rows: the trigger that keeps entries balanced refuses an account that is not open there.

It takes the place of a check on each line, which every new account had to change. Each line looks its account up in a
hash of the thirty accounts, made once for a statement: what the check cost.
"""

from pathlib import Path

from shared.database.plumbing import run_script

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run_script(Path(__file__).with_name("schema_0022.sql").read_text(encoding="utf-8"))

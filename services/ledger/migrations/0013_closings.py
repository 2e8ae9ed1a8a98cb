"""Closed periods: nothing is posted in them any more."""

from pathlib import Path

from shared.database.plumbing import run_script

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_script(Path(__file__).with_name("schema_0013.sql").read_text(encoding="utf-8"))

"""Corrections by contra-entry, with reason and authors."""

from pathlib import Path

from shared.database.plumbing import run_script

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_script(Path(__file__).with_name("schema_0015.sql").read_text(encoding="utf-8"))

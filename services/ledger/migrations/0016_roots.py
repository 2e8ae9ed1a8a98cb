"""Daily signed roots over all entries."""

from pathlib import Path

from shared.database.plumbing import run_script

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_script(Path(__file__).with_name("schema_0016.sql").read_text(encoding="utf-8"))

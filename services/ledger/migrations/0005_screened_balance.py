"""The trigger that keeps entries balanced screens a statement's lines in one pass."""

from pathlib import Path

from shared.database.plumbing import run_script

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_script(Path(__file__).with_name("schema_0005.sql").read_text(encoding="utf-8"))

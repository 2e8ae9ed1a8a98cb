"""A payment's share and policy are read from its entry; only payments that went back have a row of their own."""

from pathlib import Path

from shared.database.plumbing import run_script

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_script(Path(__file__).with_name("schema_0004.sql").read_text(encoding="utf-8"))

"""Local currencies: registry, conversions, deliveries."""

from pathlib import Path

from shared.database.plumbing import run_script

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    run_script(Path(__file__).with_name("schema_0025.sql").read_text(encoding="utf-8"))

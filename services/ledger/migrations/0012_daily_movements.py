"""What each day debited and credited, by fund, instrument and account: figures as of any day read no entries."""

from pathlib import Path

from shared.database.plumbing import run_script

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_script(Path(__file__).with_name("schema_0012.sql").read_text(encoding="utf-8"))

"""The books as they began."""

from pathlib import Path

from shared.database.plumbing import create_plumbing, run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the plumbing, then the books."""
    create_plumbing()
    run_script(Path(__file__).with_name("schema_0001.sql").read_text(encoding="utf-8"))

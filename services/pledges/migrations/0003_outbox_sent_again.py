"""The outbox can be sent again, and sets aside what no broker takes."""

from shared.database.plumbing import change_plumbing

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    change_plumbing("plumbing_0003.sql")

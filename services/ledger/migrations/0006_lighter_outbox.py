"""The outbox asks less of the database."""

from shared.database.plumbing import change_plumbing

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    change_plumbing("plumbing_0004.sql")

"""The outbox asks less of the database."""

from shared.database.plumbing import change_plumbing

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    change_plumbing("plumbing_0004.sql")

"""Lanes can be paused, and remember what changed."""

from shared.database.plumbing import change_plumbing

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    change_plumbing("plumbing_0002.sql")

"""The outbox keeps headers as they are sent."""

from shared.database.plumbing import change_plumbing

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    change_plumbing("plumbing_0005.sql")

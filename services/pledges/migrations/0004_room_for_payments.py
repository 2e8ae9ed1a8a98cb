"""Pages of pledges keep room: a pledge that is paid is written again beside itself, and its five indexes stay as they
are (PostgreSQL's heap-only tuples). Half a page: neighbours of one campaign are often paid by one file."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("alter table pledges set (fillfactor = 50)")

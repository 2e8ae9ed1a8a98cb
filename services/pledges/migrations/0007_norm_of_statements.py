"""Statements say which format they came in: the days of an account are told in one only."""

from shared.database.plumbing import run_script

revision = "0007"
down_revision = "0006"

NORM = """
alter table statements add column norm text not null default 'camt.053';
alter table statements alter column norm drop default;
"""


def upgrade() -> None:
    run_script(NORM)

"""The table of claim links."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    text,
)
from sqlmodel import Field

from services.pledges.tables.columns import Table, moment_column


class ClaimRow(Table, table=True):
    """A link that was made for a suspended line. `ended_at`: used, or replaced by a newer one."""

    __tablename__ = "claims"
    __table_args__ = (
        PrimaryKeyConstraint("token_hash", name="pk_claims"),
        ForeignKeyConstraint(["line_id"], ["bank_lines.line_id"], name="fk_claims__line_id__bank_lines"),
        CheckConstraint("allocation_id is null or ended_at is not null", name="ck_claims__allocation_id"),
        Index("uq_claims__open_line_id", "line_id", unique=True, postgresql_where=text("ended_at is null")),
    )

    token_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    line_id: UUID
    made_by: UUID
    made_at: datetime = Field(sa_column=moment_column())
    expires_at: datetime = Field(sa_column=moment_column())
    ended_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))
    allocation_id: UUID | None = None

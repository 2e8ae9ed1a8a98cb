"""The table of allocations: what pledges got, later, of credits that a statement left in suspense."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from services.pledges.domain.allocation import AllocatedBy
from services.pledges.tables.columns import Table, minor_column, moment_column, one_of, text_column


class AllocationRow(Table, table=True):
    """A part of a suspended line that a pledge received. Undone in two steps, and kept: asked for, then confirmed."""

    __tablename__ = "allocations"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "allocation_id", name="pk_allocations"),
        UniqueConstraint("allocation_id", name="uq_allocations__allocation_id"),
        ForeignKeyConstraint(["line_id"], ["bank_lines.line_id"], name="fk_allocations__line_id__bank_lines"),
        ForeignKeyConstraint(["pledge_id"], ["pledges.pledge_id"], name="fk_allocations__pledge_id__pledges"),
        CheckConstraint("amount_minor > 0", name="ck_allocations__amount_minor"),
        CheckConstraint("returned_minor between 0 and amount_minor", name="ck_allocations__returned_minor"),
        CheckConstraint(f"matched_by in ({one_of(AllocatedBy)})", name="ck_allocations__matched_by"),
        CheckConstraint(
            "(undo_asked_at is null) = (undo_asked_by is null) and (undo_asked_at is null) = (undo_reason is null)",
            name="ck_allocations__undo_asked_at",
        ),
        CheckConstraint(
            "undone_at is null or (undo_asked_at is not null and undone_by is not null and returned_minor = 0)",
            name="ck_allocations__undone_at",
        ),
        Index("ix_allocations__line_id", "line_id"),
        Index("ix_allocations__pledge_id", "pledge_id"),
        Index("ix_allocations__made_at", "made_at"),
        Index("ix_allocations__undone_at", "undone_at", postgresql_where=text("undone_at is not null")),
    )

    territory: str = Field(sa_column=text_column())
    allocation_id: UUID
    line_id: UUID
    pledge_id: UUID
    amount_minor: int = Field(sa_column=minor_column())
    returned_minor: int = Field(0, sa_column=minor_column(default=True))
    matched_by: str = Field(sa_column=text_column())
    made_by: UUID | None = None
    note: str | None = Field(None, sa_column=text_column(nullable=True))
    made_at: datetime = Field(sa_column=moment_column())
    undo_asked_by: UUID | None = None
    undo_asked_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))
    undo_reason: str | None = Field(None, sa_column=text_column(nullable=True))
    undone_by: UUID | None = None
    undone_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))

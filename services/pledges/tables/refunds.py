"""The table of refunds."""

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

from services.pledges.domain.refund import RefundState
from services.pledges.tables.columns import Table, minor_column, moment_column, one_of, text_column


class RefundRow(Table, table=True):
    """A payment that is given back. `payment_id`: the received line, or the allocation; `line_id`: its debit."""

    __tablename__ = "refunds"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "refund_id", name="pk_refunds"),
        UniqueConstraint("refund_id", name="uq_refunds__refund_id"),
        UniqueConstraint("end_to_end_id", name="uq_refunds__end_to_end_id"),
        ForeignKeyConstraint(["pledge_id"], ["pledges.pledge_id"], name="fk_refunds__pledge_id__pledges"),
        CheckConstraint("amount_minor > 0", name="ck_refunds__amount_minor"),
        CheckConstraint(f"state in ({one_of(RefundState)})", name="ck_refunds__state"),
        CheckConstraint(
            "(state = 'cancelled' or (state in ('confirmed', 'debited')) = (confirmed_by is not null))"
            " and confirmed_by is distinct from ordered_by",
            name="ck_refunds__confirmed_by",
        ),
        CheckConstraint(
            "state <> 'cancelled' or confirmed_by is null or cancellation_reason is not null",
            name="ck_refunds__cancellation_reason",
        ),
        CheckConstraint("(state = 'debited') = (line_id is not null)", name="ck_refunds__line_id"),
        Index(
            "ix_refunds__open_payment_id",
            "payment_id",
            postgresql_where=text("state in ('ordered', 'confirmed')"),
        ),
    )

    territory: str = Field(sa_column=text_column())
    refund_id: UUID
    pledge_id: UUID
    payment_id: UUID
    amount_minor: int = Field(sa_column=minor_column())
    currency: str = Field(sa_column=text_column())
    payee_name: str = Field(sa_column=text_column())
    payee_iban: str = Field(sa_column=text_column())
    reason: str = Field(sa_column=text_column())
    end_to_end_id: str = Field(sa_column=text_column())
    state: str = Field(sa_column=text_column())
    ordered_by: UUID
    ordered_at: datetime = Field(sa_column=moment_column())
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))
    cancelled_by: UUID | None = None
    cancelled_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))
    cancellation_reason: str | None = Field(None, sa_column=text_column(nullable=True))
    line_id: UUID | None = None

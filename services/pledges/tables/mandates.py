"""The table of direct debit mandates: names and accounts of payers are kept in this service only."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlmodel import Field

from services.pledges.domain.mandate import MandateState, Rhythm, Source
from services.pledges.tables.columns import Table, minor_column, moment_column, one_of, text_column


class MandateRow(Table, table=True):
    """A mandate as it was signed. `amount_minor` and `day` are those of a monthly one.

    `creditor_name`, `creditor_id` and `prenotification_days` are those of the text that was agreed to: with
    `text_version` they make it again, and `text_digest` proves it.
    """

    __tablename__ = "mandates"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "mandate_id", name="pk_mandates"),
        UniqueConstraint("mandate_id", name="uq_mandates__mandate_id"),
        UniqueConstraint("mandate_reference", name="uq_mandates__mandate_reference"),
        CheckConstraint(f"state in ({one_of(MandateState)})", name="ck_mandates__state"),
        CheckConstraint(f"rhythm in ({one_of(Rhythm)})", name="ck_mandates__rhythm"),
        CheckConstraint(f"source in ({one_of(Source)})", name="ck_mandates__source"),
        CheckConstraint("amount_minor > 0", name="ck_mandates__amount_minor"),
        CheckConstraint("day between 1 and 25", name="ck_mandates__day"),
        CheckConstraint(
            "(rhythm = 'monthly') = (amount_minor is not null) and (rhythm = 'monthly') = (day is not null)",
            name="ck_mandates__monthly",
        ),
        CheckConstraint(
            "(state = 'cancelled') = (cancelled_at is not null)", name="ck_mandates__cancelled_at"
        ),
        CheckConstraint(
            "(state = 'suspended') <= (suspension_reason is not null)", name="ck_mandates__suspension_reason"
        ),
        Index(
            "uq_mandates__open_pledge_id",
            "pledge_id",
            unique=True,
            postgresql_where=text("state in ('active', 'suspended')"),
        ),
        Index("ix_mandates__pledge_id", "pledge_id"),
        Index("ix_mandates__signed_at", "signed_at", "mandate_id"),
    )

    territory: str = Field(sa_column=text_column())
    mandate_id: UUID
    pledge_id: UUID
    mandate_reference: str = Field(sa_column=text_column())
    state: str = Field(sa_column=text_column())
    holder_name: str = Field(sa_column=text_column())
    iban: str = Field(sa_column=text_column())
    rhythm: str = Field(sa_column=text_column())
    amount_minor: int | None = Field(None, sa_column=minor_column(nullable=True))
    day: int | None = None
    creditor_name: str = Field(sa_column=text_column())
    creditor_id: str = Field(sa_column=text_column())
    prenotification_days: int
    text_version: int
    text_digest: str = Field(sa_column=text_column())
    source: str = Field(sa_column=text_column())
    signed_at: datetime = Field(sa_column=moment_column())
    last_collected_on: date | None = None
    suspension_reason: str | None = Field(None, sa_column=text_column(nullable=True))
    cancelled_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))
    cancelled_by: UUID | None = None
    cancellation_reason: str | None = Field(None, sa_column=text_column(nullable=True))

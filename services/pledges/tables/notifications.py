"""The tables of the bank's notifications (camt.054): never money, only what sums of it are made of."""

from datetime import date, datetime
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

from services.pledges.domain.notified_matching import MatchedOn, NotifiedState
from services.pledges.tables.columns import Table, minor_column, moment_column, one_of, text_column


class BankNotificationRow(Table, table=True):
    """A notification that was imported whole."""

    __tablename__ = "bank_notifications"
    __table_args__ = (
        PrimaryKeyConstraint("notification_id", name="pk_bank_notifications"),
        UniqueConstraint(
            "iban", "bank_notification_id", name="uq_bank_notifications__iban_bank_notification_id"
        ),
        Index("ix_bank_notifications__imported_at", "imported_at"),
    )

    notification_id: UUID
    iban: str = Field(sa_column=text_column())
    bank_notification_id: str = Field(sa_column=text_column())
    content_hash: str = Field(sa_column=text_column())
    file_name: str = Field(sa_column=text_column())
    imported_by: UUID | None = None
    imported_at: datetime = Field(sa_column=moment_column())


class NotifiedEntryRow(Table, table=True):
    """A booked entry of a notification, and the suspended line that it details: each line once.

    No foreign key to `bank_notifications`, whose row is written after its entries once its content is known.
    """

    __tablename__ = "notified_entries"
    __table_args__ = (
        PrimaryKeyConstraint("entry_id", name="pk_notified_entries"),
        UniqueConstraint(
            "notification_id", "entry_index", name="uq_notified_entries__notification_id_entry_index"
        ),
        ForeignKeyConstraint(
            ["line_id"], ["bank_lines.line_id"], name="fk_notified_entries__line_id__bank_lines"
        ),
        CheckConstraint("amount_minor > 0", name="ck_notified_entries__amount_minor"),
        CheckConstraint(f"state in ({one_of(NotifiedState)})", name="ck_notified_entries__state"),
        CheckConstraint(
            "(state = 'detailed') = (line_id is not null) and (state = 'detailed') = (matched_on is not null)",
            name="ck_notified_entries__line_id",
        ),
        CheckConstraint(f"matched_on in ({one_of(MatchedOn)})", name="ck_notified_entries__matched_on"),
        Index(
            "uq_notified_entries__line_id",
            "line_id",
            unique=True,
            postgresql_where=text("line_id is not null"),
        ),
        Index(
            "ix_notified_entries__waiting", "iban", "amount_minor", postgresql_where=text("state = 'waiting'")
        ),
    )

    entry_id: UUID
    notification_id: UUID
    iban: str = Field(sa_column=text_column())
    entry_index: int
    direction: str = Field(sa_column=text_column())
    amount_minor: int = Field(sa_column=minor_column())
    booked_on: date | None = None
    bank_reference: str | None = Field(None, sa_column=text_column(nullable=True))
    entry_reference: str | None = Field(None, sa_column=text_column(nullable=True))
    detail_count: int
    content_hash: str = Field(sa_column=text_column())
    state: str = Field(sa_column=text_column())
    line_id: UUID | None = None
    matched_on: str | None = Field(None, sa_column=text_column(nullable=True))
    notified_at: datetime = Field(sa_column=moment_column())


class NotifiedDetailRow(Table, table=True):
    """One transaction of a notified entry, with names and accounts of givers, and what a pledge got of it.

    `reason`: why it was not allocated by itself. An allocation that was undone stays until another takes its place.
    """

    __tablename__ = "notified_details"
    __table_args__ = (
        PrimaryKeyConstraint("detail_id", name="pk_notified_details"),
        UniqueConstraint("entry_id", "detail_index", name="uq_notified_details__entry_id_detail_index"),
        ForeignKeyConstraint(
            ["entry_id"],
            ["notified_entries.entry_id"],
            name="fk_notified_details__entry_id__notified_entries",
        ),
        ForeignKeyConstraint(
            ["allocation_id"],
            ["allocations.allocation_id"],
            name="fk_notified_details__allocation_id__allocations",
        ),
        CheckConstraint("amount_minor > 0", name="ck_notified_details__amount_minor"),
        Index(
            "uq_notified_details__allocation_id",
            "allocation_id",
            unique=True,
            postgresql_where=text("allocation_id is not null"),
        ),
        Index(
            "ix_notified_details__end_to_end_id",
            "end_to_end_id",
            postgresql_where=text("end_to_end_id is not null"),
        ),
    )

    detail_id: UUID
    entry_id: UUID
    detail_index: int
    direction: str = Field(sa_column=text_column())
    amount_minor: int = Field(sa_column=minor_column())
    end_to_end_id: str | None = Field(None, sa_column=text_column(nullable=True))
    structured_reference: str | None = Field(None, sa_column=text_column(nullable=True))
    remittance_text: str | None = Field(None, sa_column=text_column(nullable=True))
    counterparty_name: str | None = Field(None, sa_column=text_column(nullable=True))
    counterparty_iban: str | None = Field(None, sa_column=text_column(nullable=True))
    transaction_code: str | None = Field(None, sa_column=text_column(nullable=True))
    return_reason: str | None = Field(None, sa_column=text_column(nullable=True))
    additional_information: str | None = Field(None, sa_column=text_column(nullable=True))
    mandate_id: str | None = Field(None, sa_column=text_column(nullable=True))
    is_reversal: bool
    is_charge: bool
    reason: str | None = Field(None, sa_column=text_column(nullable=True))
    allocation_id: UUID | None = None

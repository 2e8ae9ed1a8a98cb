"""The tables of direct debits: batches and their collections."""

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

from services.pledges.domain.collection import BatchState, CollectionState, SequenceType
from services.pledges.tables.columns import Table, minor_column, moment_column, one_of, text_column


class DebitBatchRow(Table, table=True):
    """What is collected on one day by one file. `payment_information_id` begins the name of each of its blocks."""

    __tablename__ = "debit_batches"
    __table_args__ = (
        PrimaryKeyConstraint("batch_id", name="pk_debit_batches"),
        UniqueConstraint("payment_information_id", name="uq_debit_batches__payment_information_id"),
        UniqueConstraint("file_id", name="uq_debit_batches__file_id"),
        ForeignKeyConstraint(
            ["file_id"], ["payment_files.file_id"], name="fk_debit_batches__file_id__payment_files"
        ),
        CheckConstraint(f"state in ({one_of(BatchState)})", name="ck_debit_batches__state"),
        CheckConstraint("(state = 'sent') = (file_id is not null)", name="ck_debit_batches__file_id"),
        CheckConstraint(
            "announced_on <= sendable_from and sendable_from <= send_by and send_by < collect_on",
            name="ck_debit_batches__collect_on",
        ),
        Index("ix_debit_batches__collect_on", "collect_on", "batch_id"),
    )

    batch_id: UUID
    state: str = Field(sa_column=text_column())
    payment_information_id: str = Field(sa_column=text_column())
    creditor_id: str = Field(sa_column=text_column())
    currency: str = Field(sa_column=text_column())
    announced_on: date
    sendable_from: date
    send_by: date
    collect_on: date
    prepared_by: UUID | None = None
    prepared_at: datetime = Field(sa_column=moment_column())
    cancelled_by: UUID | None = None
    cancelled_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))
    file_id: UUID | None = None


class DebitCollectionRow(Table, table=True):
    """One collection: in one batch, whose file is one, so that it is asked for once.

    `period` is the first day of its month: a mandate is collected once in each.
    """

    __tablename__ = "debit_collections"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "collection_id", name="pk_debit_collections"),
        UniqueConstraint("end_to_end_id", name="uq_debit_collections__end_to_end_id"),
        ForeignKeyConstraint(
            ["batch_id"], ["debit_batches.batch_id"], name="fk_debit_collections__batch_id__debit_batches"
        ),
        ForeignKeyConstraint(
            ["mandate_id"], ["mandates.mandate_id"], name="fk_debit_collections__mandate_id__mandates"
        ),
        CheckConstraint("amount_minor > 0", name="ck_debit_collections__amount_minor"),
        CheckConstraint(f"state in ({one_of(CollectionState)})", name="ck_debit_collections__state"),
        CheckConstraint(
            f"sequence_type in ({one_of(SequenceType)})", name="ck_debit_collections__sequence_type"
        ),
        CheckConstraint(
            "(state in ('sent', 'returned')) = (sequence_type is not null)",
            name="ck_debit_collections__sent",
        ),
        CheckConstraint(
            "(state = 'returned') = (return_reason is not null) and (state = 'returned') = (returned_on is not null)",
            name="ck_debit_collections__returned",
        ),
        Index(
            "uq_debit_collections__mandate_id_period",
            "mandate_id",
            "period",
            unique=True,
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index("ix_debit_collections__batch_id", "batch_id", "collection_id"),
        Index("ix_debit_collections__pledge_id", "pledge_id"),
    )

    territory: str = Field(sa_column=text_column())
    collection_id: UUID
    batch_id: UUID
    mandate_id: UUID
    pledge_id: UUID
    amount_minor: int = Field(sa_column=minor_column())
    currency: str = Field(sa_column=text_column())
    period: date
    end_to_end_id: str = Field(sa_column=text_column())
    state: str = Field(sa_column=text_column())
    sequence_type: str | None = Field(None, sa_column=text_column(nullable=True))
    return_reason: str | None = Field(None, sa_column=text_column(nullable=True))
    returned_on: date | None = None

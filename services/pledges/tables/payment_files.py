"""The tables of payment files: what was made for the bank, byte for byte, and who took it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from services.pledges.domain.payment_file import FileKind
from services.pledges.tables.columns import Table, minor_column, moment_column, one_of, text_column


class PaymentFileRow(Table, table=True):
    """A file as it was made; `digest` is its SHA-256. Accounts of payers and payees are in `content`."""

    __tablename__ = "payment_files"
    __table_args__ = (
        PrimaryKeyConstraint("file_id", name="pk_payment_files"),
        UniqueConstraint("message_id", name="uq_payment_files__message_id"),
        CheckConstraint(f"kind in ({one_of(FileKind)})", name="ck_payment_files__kind"),
        CheckConstraint(
            "transaction_count > 0 and amount_minor > 0", name="ck_payment_files__transaction_count"
        ),
        CheckConstraint(
            "(never_sent_at is null) = (never_sent_reason is null) and (never_sent_at is null or kind = 'pain.001')",
            name="ck_payment_files__never_sent",
        ),
        Index("ix_payment_files__made_at", "made_at", "file_id"),
    )

    file_id: UUID
    kind: str = Field(sa_column=text_column())
    message_id: str = Field(sa_column=text_column())
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    digest: str = Field(sa_column=text_column())
    transaction_count: int
    amount_minor: int = Field(sa_column=minor_column())
    execute_on: date
    made_by: UUID
    made_at: datetime = Field(sa_column=moment_column())
    never_sent_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))
    never_sent_by: UUID | None = None
    never_sent_reason: str | None = Field(None, sa_column=text_column(nullable=True))


class FileOrderRow(Table, table=True):
    """A transfer of a file: in one file at a time, until it is withdrawn: by itself, or with a file never sent."""

    __tablename__ = "payment_file_orders"
    __table_args__ = (
        PrimaryKeyConstraint("file_id", "end_to_end_id", name="pk_payment_file_orders"),
        ForeignKeyConstraint(
            ["file_id"], ["payment_files.file_id"], name="fk_payment_file_orders__file_id__payment_files"
        ),
        CheckConstraint("amount_minor > 0", name="ck_payment_file_orders__amount_minor"),
        CheckConstraint(
            "(withdrawn_at is null) = (withdrawn_reason is null) and (withdrawn_at is null or is_withdrawn)",
            name="ck_payment_file_orders__withdrawn",
        ),
        Index(
            "uq_payment_file_orders__open_end_to_end_id",
            "end_to_end_id",
            unique=True,
            postgresql_where=text("not is_withdrawn"),
        ),
    )

    file_id: UUID
    end_to_end_id: str = Field(sa_column=text_column())
    amount_minor: int = Field(sa_column=minor_column())
    is_withdrawn: bool = Field(False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    withdrawn_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))
    withdrawn_by: UUID | None = None
    withdrawn_reason: str | None = Field(None, sa_column=text_column(nullable=True))


class FileDownloadRow(Table, table=True):
    """Somebody took a file."""

    __tablename__ = "payment_file_downloads"
    __table_args__ = (
        PrimaryKeyConstraint("download_id", name="pk_payment_file_downloads"),
        ForeignKeyConstraint(
            ["file_id"], ["payment_files.file_id"], name="fk_payment_file_downloads__file_id__payment_files"
        ),
        Index("ix_payment_file_downloads__file_id", "file_id", "download_id"),
    )

    download_id: UUID
    file_id: UUID
    downloaded_by: UUID
    downloaded_at: datetime = Field(sa_column=moment_column())

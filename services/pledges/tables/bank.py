"""The tables of the bank desk: statements, their lines, gaps between them, debits to expect."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from services.pledges.domain.reconciliation import Fate
from services.pledges.tables.columns import Table, minor_column, moment_column, one_of, text_column

_WAITING = "fate = 'suspended' and allocated_minor < amount_minor"


class StatementRow(Table, table=True):
    """A statement that was imported whole. `position`: its place in the order of imports, which hold a lock.

    `first_booked_on`, `last_booked_on`: the days of its lines, within those of its balances; none without lines.
    """

    __tablename__ = "statements"
    __table_args__ = (
        PrimaryKeyConstraint("statement_id", name="pk_statements"),
        UniqueConstraint("iban", "bank_statement_id", name="uq_statements__iban_bank_statement_id"),
        CheckConstraint(
            "opening_minor + credit_minor - debit_minor = closing_minor", name="ck_statements__closing_minor"
        ),
        CheckConstraint(
            "(line_count = 0) = (first_booked_on is null) and (line_count = 0) = (last_booked_on is null)",
            name="ck_statements__booked_on",
        ),
        UniqueConstraint("position", name="uq_statements__position"),
        Index("ix_statements__iban_closing_on", "iban", "closing_on"),
    )

    statement_id: UUID
    iban: str = Field(sa_column=text_column())
    bank_statement_id: str = Field(sa_column=text_column())
    sequence_number: int | None = Field(None, sa_column=minor_column(nullable=True))
    content_hash: str = Field(sa_column=text_column())
    file_name: str = Field(sa_column=text_column())
    norm: str = Field(sa_column=text_column())
    currency: str = Field(sa_column=text_column())
    opening_minor: int = Field(sa_column=minor_column())
    closing_minor: int = Field(sa_column=minor_column())
    opening_on: date
    closing_on: date
    first_booked_on: date | None = None
    last_booked_on: date | None = None
    line_count: int
    received_count: int
    returned_count: int
    refunded_count: int
    suspended_count: int
    fee_count: int
    disbursed_count: int
    repaid_count: int = Field(0, sa_column_kwargs={"server_default": text("0")})
    repayment_returned_count: int = Field(0, sa_column_kwargs={"server_default": text("0")})
    credit_minor: int = Field(sa_column=minor_column())
    debit_minor: int = Field(sa_column=minor_column())
    imported_by: UUID | None = None
    imported_at: datetime = Field(sa_column=moment_column())
    position: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))


class BankLineRow(Table, table=True):
    """A booked line, its fate, and who paid: here and in `notified_details` are names and accounts of givers.

    No foreign key to `statements`: the statement's row is written after its lines, in the same transaction,
    once its counts are known.
    """

    __tablename__ = "bank_lines"
    __table_args__ = (
        PrimaryKeyConstraint("line_id", name="pk_bank_lines"),
        UniqueConstraint(
            "statement_id",
            "entry_index",
            "detail_index",
            name="uq_bank_lines__statement_id_entry_index_detail_index",
        ),
        CheckConstraint("amount_minor > 0", name="ck_bank_lines__amount_minor"),
        CheckConstraint("returned_minor between 0 and amount_minor", name="ck_bank_lines__returned_minor"),
        CheckConstraint(f"fate in ({one_of(Fate)})", name="ck_bank_lines__fate"),
        CheckConstraint("(fate = 'suspended') = (reason is not null)", name="ck_bank_lines__reason"),
        CheckConstraint(
            "(fate in ('received', 'returned', 'refunded')) = (pledge_id is not null)",
            name="ck_bank_lines__pledge_id",
        ),
        CheckConstraint(
            "(fate in ('returned', 'refunded', 'repayment_returned')) = (received_line_id is not null)",
            name="ck_bank_lines__received_line_id",
        ),
        CheckConstraint(
            "(fate in ('disbursed', 'repaid', 'repayment_returned')) = (disbursement_id is not null)",
            name="ck_bank_lines__disbursement_id",
        ),
        Index(
            "ix_bank_lines__repaid_disbursement_id",
            "disbursement_id",
            postgresql_where=text("fate = 'repaid'"),
        ),
        Index(
            "ix_bank_lines__repaid_end_to_end_id",
            "end_to_end_id",
            postgresql_where=text("fate = 'repaid' and end_to_end_id is not null"),
        ),
        Index("ix_bank_lines__pledge_id", "pledge_id", postgresql_where=text("pledge_id is not null")),
        Index(
            "ix_bank_lines__received_end_to_end_id",
            "end_to_end_id",
            postgresql_where=text("fate = 'received' and end_to_end_id is not null"),
        ),
        CheckConstraint(
            "allocated_minor = 0 or (allocated_minor between 0 and amount_minor and fate = 'suspended'"
            " and direction = 'credit')",
            name="ck_bank_lines__allocated_minor",
        ),
        Index("ix_bank_lines__waiting", "booked_on", "line_id", postgresql_where=text(_WAITING)),
        Index("ix_bank_lines__waiting_statement_id", "statement_id", postgresql_where=text(_WAITING)),
        Index(
            "ix_bank_lines__allocated_end_to_end_id",
            "end_to_end_id",
            postgresql_where=text("allocated_minor > 0 and end_to_end_id is not null"),
        ),
        Index(
            "ix_bank_lines__debited_end_to_end_id",
            "end_to_end_id",
            postgresql_where=text("direction = 'debit' and end_to_end_id is not null"),
        ),
        Index(
            "ix_bank_lines__suspended_end_to_end_id",
            "end_to_end_id",
            postgresql_where=text("fate = 'suspended' and end_to_end_id is not null"),
        ),
        Index("ix_bank_lines__given_back", "line_id", postgresql_where=text("returned_minor > 0")),
        Index(
            "ix_bank_lines__lumps",
            "amount_minor",
            "booked_on",
            postgresql_where=text("fate = 'suspended' and detail_index = 0"),
        ),
    )

    territory: str = Field(sa_column=text_column())
    line_id: UUID
    statement_id: UUID
    entry_index: int
    detail_index: int
    fate: str = Field(sa_column=text_column())
    reason: str | None = Field(None, sa_column=text_column(nullable=True))
    direction: str = Field(sa_column=text_column())
    amount_minor: int = Field(sa_column=minor_column())
    returned_minor: int = Field(0, sa_column=minor_column(default=True))
    currency: str = Field(sa_column=text_column())
    booked_on: date
    value_on: date
    bank_reference: str | None = Field(None, sa_column=text_column(nullable=True))
    end_to_end_id: str | None = Field(None, sa_column=text_column(nullable=True))
    structured_reference: str | None = Field(None, sa_column=text_column(nullable=True))
    remittance_text: str | None = Field(None, sa_column=text_column(nullable=True))
    counterparty_name: str | None = Field(None, sa_column=text_column(nullable=True))
    counterparty_iban: str | None = Field(None, sa_column=text_column(nullable=True))
    transaction_code: str | None = Field(None, sa_column=text_column(nullable=True))
    return_reason: str | None = Field(None, sa_column=text_column(nullable=True))
    additional_information: str | None = Field(None, sa_column=text_column(nullable=True))
    pledge_id: UUID | None = None
    matched_by: str | None = Field(None, sa_column=text_column(nullable=True))
    received_line_id: UUID | None = None
    disbursement_id: UUID | None = None
    allocated_minor: int = Field(0, sa_column=minor_column(default=True))


class GapAlarmRow(Table, table=True):
    """A statement that does not open where the one before it closed, until the missing one is imported."""

    __tablename__ = "gap_alarms"
    __table_args__ = (
        PrimaryKeyConstraint("alarm_id", name="pk_gap_alarms"),
        ForeignKeyConstraint(
            ["statement_id"], ["statements.statement_id"], name="fk_gap_alarms__statement_id__statements"
        ),
        Index(
            "uq_gap_alarms__open_statement_id",
            "statement_id",
            unique=True,
            postgresql_where=text("cleared_at is null"),
        ),
    )

    alarm_id: UUID
    statement_id: UUID
    expected_minor: int = Field(sa_column=minor_column())
    found_minor: int = Field(sa_column=minor_column())
    raised_at: datetime = Field(sa_column=moment_column())
    cleared_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))


class ExpectedDebitRow(Table, table=True):
    """The debit that a confirmed disbursement or conversion will cause, and the line that showed it."""

    __tablename__ = "expected_debits"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "order_id", name="pk_expected_debits"),
        UniqueConstraint("end_to_end_id", name="uq_expected_debits__end_to_end_id"),
        CheckConstraint("amount_minor > 0", name="ck_expected_debits__amount_minor"),
        CheckConstraint("kind in ('disbursement', 'conversion')", name="ck_expected_debits__kind"),
    )

    territory: str = Field(sa_column=text_column())
    order_id: UUID
    end_to_end_id: str = Field(sa_column=text_column())
    amount_minor: int = Field(sa_column=minor_column())
    currency: str = Field(sa_column=text_column())
    payee_name: str = Field(sa_column=text_column())
    payee_iban: str = Field(sa_column=text_column())
    line_id: UUID | None = None
    expected_at: datetime = Field(sa_column=moment_column(default=True))
    kind: str = Field(sa_column=text_column())

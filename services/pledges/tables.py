"""The tables of pledges. `territory` is the lane that a row's events went to; amounts are integer cents.

The registry is this service's own: another one may have tables of the same names in a test's process.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.pledges.domain.pledge import PledgeState
from services.pledges.domain.reconciliation import Fate


def _one_of(values: type[PledgeState] | type[Fate]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class Table(SQLModel, registry=registry()):
    """The base of this service's tables."""


def _text(*, nullable: bool = False) -> Column[str]:
    return Column(Text, nullable=nullable)


def _minor(*, default: bool = False, nullable: bool = False) -> Column[int]:
    return Column(BigInteger, nullable=nullable, server_default=text("0") if default else None)


def _moment(*, default: bool = False, nullable: bool = False) -> Column[datetime]:
    return Column(
        DateTime(timezone=True), nullable=nullable, server_default=text("now()") if default else None
    )


class PledgeRow(Table, table=True):
    """A promise. `by_member`: made by a signed-in person, whose contact members knows already."""

    __tablename__ = "pledges"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "pledge_id", name="pk_pledges"),
        UniqueConstraint("pledge_id", name="uq_pledges__pledge_id"),
        UniqueConstraint("reference", name="uq_pledges__reference"),
        UniqueConstraint("idempotency_hash", name="uq_pledges__idempotency_hash"),
        CheckConstraint("amount_minor > 0", name="ck_pledges__amount_minor"),
        CheckConstraint("returned_minor between 0 and received_minor", name="ck_pledges__returned_minor"),
        CheckConstraint(f"state in ({_one_of(PledgeState)})", name="ck_pledges__state"),
        Index("ix_pledges__person_id", "person_id"),
        Index("ix_pledges__made_at", "made_at", "pledge_id"),
        Index("ix_pledges__territory_made_at", "territory", "made_at", "pledge_id"),
        Index("ix_pledges__amount_minor_made_at", "amount_minor", "made_at", "pledge_id"),
    )

    territory: str = Field(sa_column=_text())
    pledge_id: UUID
    person_id: UUID
    by_member: bool
    fund: str = Field(sa_column=_text())
    amount_minor: int = Field(sa_column=_minor())
    currency: str = Field(sa_column=_text())
    reference: str = Field(sa_column=_text())
    state: str = Field(sa_column=_text())
    received_minor: int = Field(0, sa_column=_minor(default=True))
    returned_minor: int = Field(0, sa_column=_minor(default=True))
    idempotency_hash: str | None = Field(None, sa_column=_text(nullable=True))
    made_at: datetime = Field(sa_column=_moment())


class StatementRow(Table, table=True):
    """A statement that was imported whole."""

    __tablename__ = "statements"
    __table_args__ = (
        PrimaryKeyConstraint("statement_id", name="pk_statements"),
        UniqueConstraint("iban", "bank_statement_id", name="uq_statements__iban_bank_statement_id"),
        CheckConstraint(
            "opening_minor + credit_minor - debit_minor = closing_minor", name="ck_statements__closing_minor"
        ),
        Index("ix_statements__iban_closing_on", "iban", "closing_on"),
    )

    statement_id: UUID
    iban: str = Field(sa_column=_text())
    bank_statement_id: str = Field(sa_column=_text())
    sequence_number: int | None = Field(None, sa_column=_minor(nullable=True))
    content_hash: str = Field(sa_column=_text())
    file_name: str = Field(sa_column=_text())
    norm: str = Field(sa_column=_text())
    currency: str = Field(sa_column=_text())
    opening_minor: int = Field(sa_column=_minor())
    closing_minor: int = Field(sa_column=_minor())
    opening_on: date
    closing_on: date
    line_count: int
    received_count: int
    returned_count: int
    suspended_count: int
    fee_count: int
    disbursed_count: int
    credit_minor: int = Field(sa_column=_minor())
    debit_minor: int = Field(sa_column=_minor())
    imported_by: UUID | None = None
    imported_at: datetime = Field(sa_column=_moment())


class BankLineRow(Table, table=True):
    """A booked line, its fate, and who paid: names and accounts of givers are kept in this table only.

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
        CheckConstraint(f"fate in ({_one_of(Fate)})", name="ck_bank_lines__fate"),
        CheckConstraint("(fate = 'suspended') = (reason is not null)", name="ck_bank_lines__reason"),
        CheckConstraint(
            "(fate in ('received', 'returned')) = (pledge_id is not null)", name="ck_bank_lines__pledge_id"
        ),
        CheckConstraint(
            "(fate = 'returned') = (received_line_id is not null)", name="ck_bank_lines__received_line_id"
        ),
        CheckConstraint(
            "(fate = 'disbursed') = (disbursement_id is not null)", name="ck_bank_lines__disbursement_id"
        ),
        Index("ix_bank_lines__pledge_id", "pledge_id", postgresql_where=text("pledge_id is not null")),
        Index(
            "ix_bank_lines__received_end_to_end_id",
            "end_to_end_id",
            postgresql_where=text("fate = 'received' and end_to_end_id is not null"),
        ),
        Index(
            "ix_bank_lines__suspended", "booked_on", "line_id", postgresql_where=text("fate = 'suspended'")
        ),
    )

    territory: str = Field(sa_column=_text())
    line_id: UUID
    statement_id: UUID
    entry_index: int
    detail_index: int
    fate: str = Field(sa_column=_text())
    reason: str | None = Field(None, sa_column=_text(nullable=True))
    direction: str = Field(sa_column=_text())
    amount_minor: int = Field(sa_column=_minor())
    returned_minor: int = Field(0, sa_column=_minor(default=True))
    currency: str = Field(sa_column=_text())
    booked_on: date
    value_on: date
    bank_reference: str | None = Field(None, sa_column=_text(nullable=True))
    end_to_end_id: str | None = Field(None, sa_column=_text(nullable=True))
    structured_reference: str | None = Field(None, sa_column=_text(nullable=True))
    remittance_text: str | None = Field(None, sa_column=_text(nullable=True))
    counterparty_name: str | None = Field(None, sa_column=_text(nullable=True))
    counterparty_iban: str | None = Field(None, sa_column=_text(nullable=True))
    transaction_code: str | None = Field(None, sa_column=_text(nullable=True))
    return_reason: str | None = Field(None, sa_column=_text(nullable=True))
    additional_information: str | None = Field(None, sa_column=_text(nullable=True))
    pledge_id: UUID | None = None
    matched_by: str | None = Field(None, sa_column=_text(nullable=True))
    received_line_id: UUID | None = None
    disbursement_id: UUID | None = None


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
    expected_minor: int = Field(sa_column=_minor())
    found_minor: int = Field(sa_column=_minor())
    raised_at: datetime = Field(sa_column=_moment())
    cleared_at: datetime | None = Field(None, sa_column=_moment(nullable=True))


class ExpectedDebitRow(Table, table=True):
    """The debit that a confirmed disbursement will cause, and the line that showed it."""

    __tablename__ = "expected_debits"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "disbursement_id", name="pk_expected_debits"),
        UniqueConstraint("end_to_end_id", name="uq_expected_debits__end_to_end_id"),
        CheckConstraint("amount_minor > 0", name="ck_expected_debits__amount_minor"),
    )

    territory: str = Field(sa_column=_text())
    disbursement_id: UUID
    end_to_end_id: str = Field(sa_column=_text())
    amount_minor: int = Field(sa_column=_minor())
    currency: str = Field(sa_column=_text())
    payee_name: str = Field(sa_column=_text())
    payee_iban: str = Field(sa_column=_text())
    line_id: UUID | None = None
    expected_at: datetime = Field(sa_column=_moment(default=True))

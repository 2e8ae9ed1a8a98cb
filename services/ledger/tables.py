"""The tables of the ledger. `migrations/` creates them, with the triggers and rights that make the books
append-only; a test compares the two. Posting writes sets of rows with SQL (`repository/journal.py`)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, PrimaryKeyConstraint, SQLModel

from services.ledger.domain.chart import ACCOUNTS
from services.ledger.domain.disbursement import State


class LedgerTable(SQLModel, registry=registry()):
    """A registry of its own: other services may name a table alike."""


def _one_of(column: str, values: list[str]) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"


def _moment(*, null: bool = False, default: str | None = None) -> Any:
    return Field(
        default=None,
        sa_type=DateTime(timezone=True),  # type: ignore[call-overload]
        nullable=null,
        sa_column_kwargs={"server_default": text(default)} if default else {},
    )


class Chain(LedgerTable, table=True):
    """The head of a territory's chain: its lock, its numbers, and the remainder of its shares."""

    __tablename__ = "chains"
    __table_args__ = (
        PrimaryKeyConstraint("territory", name="pk_chains"),
        CheckConstraint("share_remainder between 0 and 9999", name="ck_chains__share_remainder"),
    )

    territory: str = Field(sa_type=Text)
    seq: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    hash: bytes = Field(sa_type=LargeBinary)
    entry_numbers: dict[str, int] = Field(sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")})
    share_remainder: int = Field(sa_column_kwargs={"server_default": text("0")})


class JournalEntry(LedgerTable, table=True):
    """One entry; only ever added. `event_id` and `journal` make it unique, `line_id` gives a bank line one entry."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "seq", name="pk_journal_entries"),
        UniqueConstraint("event_id", "journal", name="uq_journal_entries__event_id_journal"),
        Index(
            "uq_journal_entries__line_id",
            "line_id",
            unique=True,
            postgresql_where=text("line_id is not null"),
        ),
    )

    territory: str = Field(sa_type=Text)
    seq: int = Field(sa_type=BigInteger)
    event_id: UUID
    journal: str = Field(sa_type=Text)
    entry_number: int = Field(sa_type=BigInteger)
    entry_on: date
    value_on: date
    document: str = Field(sa_type=Text)
    label: str = Field(sa_type=Text)
    payload_hash: bytes = Field(sa_type=LargeBinary)
    statement_id: UUID | None = None
    line_id: UUID | None = None
    recorded_at: datetime = _moment()
    hash: bytes = Field(sa_type=LargeBinary)
    policy_id: UUID | None = None


class EntryLine(LedgerTable, table=True):
    """One line of an entry, debits above zero; only ever added, with all lines of its entry (a trigger sees to it)."""

    __tablename__ = "entry_lines"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "seq", "line", name="pk_entry_lines"),
        CheckConstraint("amount_minor <> 0", name="ck_entry_lines__amount_minor"),
        CheckConstraint(_one_of("account", list(ACCOUNTS)), name="ck_entry_lines__account"),
    )

    territory: str = Field(sa_type=Text)
    seq: int = Field(sa_type=BigInteger)
    line: int = Field(sa_type=SmallInteger)
    account: str = Field(sa_type=Text)
    fund: str = Field(sa_type=Text)
    instrument: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    amount_minor: int = Field(sa_type=BigInteger)


class Balance(LedgerTable, table=True):
    """The sum of an account's lines, kept with them: what pages and envelopes read."""

    __tablename__ = "balances"
    __table_args__ = (PrimaryKeyConstraint("territory", "fund", "account", "currency", name="pk_balances"),)

    territory: str = Field(sa_type=Text)
    fund: str = Field(sa_type=Text)
    account: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    amount_minor: int = Field(sa_type=BigInteger)


class ReturnedReceipt(LedgerTable, table=True):
    """A payment of which something went back: what its entry said, and how much has gone by now."""

    __tablename__ = "returned_receipts"
    __table_args__ = (
        PrimaryKeyConstraint("line_id", name="pk_returned_receipts"),
        CheckConstraint("share_minor between 0 and amount_minor", name="ck_returned_receipts__share_minor"),
        CheckConstraint(
            "returned_minor between 1 and amount_minor", name="ck_returned_receipts__returned_minor"
        ),
    )

    territory: str = Field(sa_type=Text)
    line_id: UUID
    fund: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    amount_minor: int = Field(sa_type=BigInteger)
    share_minor: int = Field(sa_type=BigInteger)
    returned_minor: int = Field(sa_type=BigInteger)


class Statement(LedgerTable, table=True):
    """What a statement announced, and its place in the proved run of its account."""

    __tablename__ = "statements"
    __table_args__ = (
        PrimaryKeyConstraint("statement_id", name="pk_statements"),
        UniqueConstraint("account", "proved_position", name="uq_statements__account_proved_position"),
        CheckConstraint("(proved_at is null) = (proved_position is null)", name="ck_statements__proved"),
        CheckConstraint(
            "opening_minor + credit_minor - debit_minor = closing_minor", name="ck_statements__closing_minor"
        ),
        Index("ix_statements__closing_on", "closing_on"),
        Index("ix_statements__unproved", "closing_on", postgresql_where=text("proved_at is null")),
    )

    statement_id: UUID
    account: str = Field(sa_type=Text)
    opening_minor: int = Field(sa_type=BigInteger)
    closing_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(sa_type=Text)
    opening_on: date
    closing_on: date
    line_count: int
    credit_minor: int = Field(sa_type=BigInteger)
    debit_minor: int = Field(sa_type=BigInteger)
    event_id: UUID
    payload_hash: bytes = Field(sa_type=LargeBinary)
    proved_at: datetime | None = _moment(null=True)
    proved_position: int | None = Field(default=None, sa_type=BigInteger)


class StatementTally(LedgerTable, table=True):
    """How many lines of a statement are posted in a territory, and their sums."""

    __tablename__ = "statement_tallies"
    __table_args__ = (PrimaryKeyConstraint("statement_id", "territory", name="pk_statement_tallies"),)

    statement_id: UUID
    territory: str = Field(sa_type=Text)
    line_count: int
    credit_minor: int = Field(sa_type=BigInteger)
    debit_minor: int = Field(sa_type=BigInteger)


class LocalCurrencyPolicy(LedgerTable, table=True):
    """A local-currency share that an assembly adopted, from a day on; `00` where a territory has none."""

    __tablename__ = "local_currency_policies"
    __table_args__ = (
        PrimaryKeyConstraint("policy_id", name="pk_local_currency_policies"),
        UniqueConstraint(
            "territory", "effective_on", name="uq_local_currency_policies__territory_effective_on"
        ),
        CheckConstraint("basis_points between 0 and 10000", name="ck_local_currency_policies__basis_points"),
    )

    policy_id: UUID
    territory: str = Field(sa_type=Text)
    basis_points: int
    effective_on: date
    decision_reference: str = Field(sa_type=Text)
    adopted_by: UUID
    recorded_at: datetime = _moment(default="now()")


class Disbursement(LedgerTable, table=True):
    """Money out, from its request to the bank's debit. Persons are ids."""

    __tablename__ = "disbursements"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "disbursement_id", name="pk_disbursements"),
        CheckConstraint(_one_of("state", [state.value for state in State]), name="ck_disbursements__state"),
        CheckConstraint(
            "confirmed_by is null or confirmed_by <> ordered_by", name="ck_disbursements__two_persons"
        ),
    )

    territory: str = Field(sa_type=Text)
    disbursement_id: UUID
    need_id: UUID
    organisation_name: str = Field(sa_type=Text)
    fund: str = Field(sa_type=Text)
    family: str = Field(sa_type=Text)
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(sa_type=Text)
    payee_name: str = Field(sa_type=Text)
    payee_iban: str = Field(sa_type=Text)
    decision_reference: str = Field(sa_type=Text)
    requested_by: UUID
    state: str = Field(sa_type=Text)
    refusal: str | None = Field(default=None, sa_type=Text)
    ordered_by: UUID | None = None
    confirmed_by: UUID | None = None
    changed_at: datetime = _moment()

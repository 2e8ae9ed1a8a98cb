"""The journal, and the sums that are kept beside it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, PrimaryKeyConstraint

from services.ledger.tables.columns import LedgerTable, moment


class Chain(LedgerTable, table=True):
    """A territory's chain: its lock, its head, its numbers, the remainder of its shares by currency, its closed day."""

    __tablename__ = "chains"
    __table_args__ = (
        PrimaryKeyConstraint("territory", name="pk_chains"),
        CheckConstraint(
            "not jsonb_path_exists(share_remainders, '$.* ? (@ < 0 || @ > 9999)')",
            name="ck_chains__share_remainders",
        ),
    )

    territory: str = Field(sa_type=Text)
    seq: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    hash: bytes = Field(sa_type=LargeBinary)
    entry_numbers: dict[str, int] = Field(sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")})
    share_remainders: dict[str, int] = Field(sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")})
    closed_through: date | None = None


class JournalEntry(LedgerTable, table=True):
    """One entry; only ever added. `event_id` and `journal` make it unique.

    `line_id` gives a bank line, or an allocation of a suspended one, one entry.
    """

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
    recorded_at: datetime = moment()
    hash: bytes = Field(sa_type=LargeBinary)
    policy_id: UUID | None = None


class EntryLine(LedgerTable, table=True):
    """One line of an entry, debits above zero; only ever added, with all lines of its entry (a trigger sees to it).

    The same trigger refuses an account that the chart does not have or that is closed.
    """

    __tablename__ = "entry_lines"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "seq", "line", name="pk_entry_lines"),
        CheckConstraint("amount_minor <> 0", name="ck_entry_lines__amount_minor"),
        CheckConstraint("territory <> '' and fund <> '' and instrument <> ''", name="ck_entry_lines__named"),
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
    __table_args__ = (
        PrimaryKeyConstraint("territory", "account", "fund", "instrument", "currency", name="pk_balances"),
    )

    territory: str = Field(sa_type=Text)
    account: str = Field(sa_type=Text)
    fund: str = Field(sa_type=Text)
    instrument: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    amount_minor: int = Field(sa_type=BigInteger)


class DailyMovement(LedgerTable, table=True):
    """What the entries of a day debited and credited: figures as of any day are sums of these."""

    __tablename__ = "daily_movements"
    __table_args__ = (
        PrimaryKeyConstraint(
            "territory", "entry_on", "account", "fund", "instrument", "currency", name="pk_daily_movements"
        ),
        CheckConstraint("debit_minor >= 0 and credit_minor >= 0", name="ck_daily_movements__amounts"),
    )

    territory: str = Field(sa_type=Text)
    entry_on: date
    account: str = Field(sa_type=Text)
    fund: str = Field(sa_type=Text)
    instrument: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    debit_minor: int = Field(sa_type=BigInteger)
    credit_minor: int = Field(sa_type=BigInteger)


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

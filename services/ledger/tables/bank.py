"""What the bank said, and how much of it is posted."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, PrimaryKeyConstraint

from services.ledger.tables.columns import LedgerTable, moment


class Statement(LedgerTable, table=True):
    """What a statement announced, and its place in the proved run of its account."""

    __tablename__ = "statements"
    __table_args__ = (
        PrimaryKeyConstraint("statement_id", name="pk_statements"),
        UniqueConstraint(
            "account",
            "proved_position",
            name="uq_statements__account_proved_position",
            deferrable=True,  # it is checked when a statement ends: those behind one that comes late are moved
            initially="IMMEDIATE",
        ),
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
    proved_at: datetime | None = moment(null=True)
    proved_position: int | None = Field(default=None, sa_type=BigInteger)


class StatementTally(LedgerTable, table=True):
    """How many lines of a statement are posted in a territory and currency, and their sums."""

    __tablename__ = "statement_tallies"
    __table_args__ = (
        PrimaryKeyConstraint("statement_id", "territory", "currency", name="pk_statement_tallies"),
    )

    statement_id: UUID
    territory: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    line_count: int
    credit_minor: int = Field(sa_type=BigInteger)
    debit_minor: int = Field(sa_type=BigInteger)

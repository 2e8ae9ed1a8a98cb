"""Funds and their rules; both are only ever added."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, PrimaryKeyConstraint

from services.ledger.tables.columns import LedgerTable, moment


class Fund(LedgerTable, table=True):
    """A fund: its code in postings, its name, and what it is for in a sentence. Persons are ids."""

    __tablename__ = "funds"
    __table_args__ = (
        PrimaryKeyConstraint("code", name="pk_funds"),
        CheckConstraint("code ~ '^[a-z][a-z0-9-]*$'", name="ck_funds__code"),
    )

    code: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    purpose: str = Field(sa_type=Text)
    added_by: UUID | None = None
    added_at: datetime = moment()


class RulesOfFund(LedgerTable, table=True):
    """Rules that a decision adopted for a fund, from a day on. Without an author: they came with the software."""

    __tablename__ = "fund_rules"
    __table_args__ = (
        PrimaryKeyConstraint("rules_id", name="pk_fund_rules"),
        ForeignKeyConstraint(["fund"], ["funds.code"], name="fk_fund_rules__fund"),
        UniqueConstraint("fund", "effective_on", name="uq_fund_rules__fund_effective_on"),
        CheckConstraint("families <@ array['grant', 'investment']", name="ck_fund_rules__families"),
        CheckConstraint("largest_disbursement_minor > 0", name="ck_fund_rules__largest_disbursement_minor"),
        CheckConstraint(
            "largest_share_basis_points between 1 and 10000", name="ck_fund_rules__largest_share_basis_points"
        ),
        CheckConstraint("opens_on <= closes_on", name="ck_fund_rules__opens_on"),
    )

    rules_id: UUID
    fund: str = Field(sa_type=Text)
    effective_on: date
    decision_reference: str = Field(sa_type=Text)
    families: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    instruments: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    largest_disbursement_minor: int | None = Field(default=None, sa_type=BigInteger)
    largest_share_basis_points: int | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    adopted_by: UUID | None = None
    recorded_at: datetime = moment()

"""Investments that are paid back: their schedules, the references by which they are recognised, what came."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, PrimaryKeyConstraint

from services.ledger.domain.repayment_schedule import ScheduleState
from services.ledger.tables.columns import LedgerTable, moment, one_of


class RepaymentScheduleRow(LedgerTable, table=True):
    """The instalments of an investment by contract, ordered by one person and confirmed by another. Persons are ids.

    `instalments`: day, principal, interest of each. `principal_before_minor`, `interest_before_minor`: what had been
    paid when it was ordered. `order_hash`: what the second person confirmed. It ends once, and is then never
    changed. The confirmed one with the highest `version` is in force.
    """

    __tablename__ = "repayment_schedules"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "schedule_id", name="pk_repayment_schedules"),
        CheckConstraint(
            one_of("state", [state.value for state in ScheduleState]), name="ck_repayment_schedules__state"
        ),
        CheckConstraint(
            "confirmed_by is null or confirmed_by <> ordered_by", name="ck_repayment_schedules__two_persons"
        ),
        CheckConstraint(
            "(state = 'confirmed') = (confirmed_by is not null) and (state = 'confirmed') = (confirmed_on is not null)"
            " and (state = 'confirmed') = (order_hash is not null)",
            name="ck_repayment_schedules__confirmed",
        ),
        Index(
            "uq_repayment_schedules__ordered",
            "territory",
            "disbursement_id",
            unique=True,
            postgresql_where=text("state = 'ordered'"),
        ),
        Index(
            "uq_repayment_schedules__version",
            "territory",
            "disbursement_id",
            "version",
            unique=True,
            postgresql_where=text("state = 'confirmed'"),
        ),
    )

    territory: str = Field(sa_type=Text)
    schedule_id: UUID
    disbursement_id: UUID
    version: int
    currency: str = Field(sa_type=Text)
    instalments: list[Any] = Field(sa_type=JSONB)
    decision_reference: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    ordered_by: UUID
    ordered_at: datetime = moment()
    confirmed_by: UUID | None = None
    confirmed_on: date | None = None
    order_hash: str | None = Field(default=None, sa_type=Text)
    principal_before_minor: int = Field(sa_type=BigInteger)
    interest_before_minor: int = Field(sa_type=BigInteger)
    ended_at: datetime | None = moment(null=True)


class RepaymentReferenceRow(LedgerTable, table=True):
    """By which reference, and to whose account, an organisation pays back; only ever added."""

    __tablename__ = "repayment_references"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "disbursement_id", name="pk_repayment_references"),
        UniqueConstraint("reference", name="uq_repayment_references__reference"),
    )

    territory: str = Field(sa_type=Text)
    disbursement_id: UUID
    reference: str = Field(sa_type=Text)
    beneficiary_name: str = Field(sa_type=Text)
    beneficiary_iban: str = Field(sa_type=Text)


class Repayment(LedgerTable, table=True):
    """A bank line by which an investment was paid back, and what it covered; only ever added."""

    __tablename__ = "repayments"
    __table_args__ = (
        PrimaryKeyConstraint("line_id", name="pk_repayments"),
        CheckConstraint(
            "interest_minor >= 0 and principal_minor >= 0 and excess_minor >= 0"
            " and interest_minor + principal_minor + excess_minor > 0",
            name="ck_repayments__amounts",
        ),
        Index("ix_repayments__disbursement_id", "territory", "disbursement_id"),
    )

    territory: str = Field(sa_type=Text)
    line_id: UUID
    disbursement_id: UUID
    currency: str = Field(sa_type=Text)
    interest_minor: int = Field(sa_type=BigInteger)
    principal_minor: int = Field(sa_type=BigInteger)
    excess_minor: int = Field(sa_type=BigInteger)
    booked_on: date


class RepaymentReturn(LedgerTable, table=True):
    """The bank line that gave a repayment back, whole; only ever added."""

    __tablename__ = "repayment_returns"
    __table_args__ = (
        PrimaryKeyConstraint("line_id", name="pk_repayment_returns"),
        UniqueConstraint("repaid_line_id", name="uq_repayment_returns__repaid_line_id"),
    )

    territory: str = Field(sa_type=Text)
    line_id: UUID
    repaid_line_id: UUID
    booked_on: date

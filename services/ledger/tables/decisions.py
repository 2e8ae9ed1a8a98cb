"""What persons decided: shares, money out, money between territories, corrections, closed periods."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, PrimaryKeyConstraint

from services.ledger.domain.correction import CorrectionState
from services.ledger.domain.disbursement import State
from services.ledger.domain.envelope_share import ShareState
from services.ledger.tables.columns import LedgerTable, moment, one_of


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
    recorded_at: datetime = moment(default="now()")


class Disbursement(LedgerTable, table=True):
    """Money out, from its request to the bank's debit. Persons are ids."""

    __tablename__ = "disbursements"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "disbursement_id", name="pk_disbursements"),
        CheckConstraint(one_of("state", [state.value for state in State]), name="ck_disbursements__state"),
        CheckConstraint(
            "confirmed_by is null or confirmed_by <> ordered_by", name="ck_disbursements__two_persons"
        ),
        CheckConstraint(
            "(state = 'released') = (released_by is not null)"
            " and (released_by is null) = (release_reason is null)",
            name="ck_disbursements__released",
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
    changed_at: datetime = moment()
    released_by: UUID | None = None
    release_reason: str | None = Field(default=None, sa_type=Text)


class EnvelopeShareRow(LedgerTable, table=True):
    """What a territory cedes of its envelope, ordered by one person and confirmed by another. Persons are ids."""

    __tablename__ = "envelope_shares"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "share_id", name="pk_envelope_shares"),
        CheckConstraint("amount_minor > 0", name="ck_envelope_shares__amount_minor"),
        CheckConstraint("receiver <> territory", name="ck_envelope_shares__receiver"),
        CheckConstraint(
            one_of("state", [state.value for state in ShareState]), name="ck_envelope_shares__state"
        ),
        CheckConstraint(
            "confirmed_by is null or confirmed_by <> ordered_by", name="ck_envelope_shares__two_persons"
        ),
        CheckConstraint(
            "(state = 'confirmed') = (confirmed_by is not null)", name="ck_envelope_shares__confirmed"
        ),
        Index(
            "uq_envelope_shares__ordered",
            "territory",
            "receiver",
            "fund",
            "currency",
            "amount_minor",
            "decision_reference",
            "ordered_by",
            unique=True,
            postgresql_where=text("state = 'ordered'"),
        ),
        Index("ix_envelope_shares__receiver", "receiver", "ordered_at"),
    )

    territory: str = Field(sa_type=Text)
    share_id: UUID
    receiver: str = Field(sa_type=Text)
    fund: str = Field(sa_type=Text)
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(sa_type=Text)
    decision_reference: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    ordered_by: UUID
    ordered_at: datetime = moment()
    confirmed_by: UUID | None = None
    ended_at: datetime | None = moment(null=True)


class CorrectionOfEntry(LedgerTable, table=True):
    """What is to stand in place of an entry, ordered by one person and confirmed by another. Persons are ids."""

    __tablename__ = "corrections"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "correction_id", name="pk_corrections"),
        CheckConstraint(
            one_of("state", [state.value for state in CorrectionState]), name="ck_corrections__state"
        ),
        CheckConstraint(
            "confirmed_by is null or confirmed_by <> ordered_by", name="ck_corrections__two_persons"
        ),
        CheckConstraint(
            "(state = 'confirmed') = (confirmed_by is not null)", name="ck_corrections__confirmed"
        ),
        Index(
            "uq_corrections__corrected_seq",
            "territory",
            "corrected_seq",
            unique=True,
            postgresql_where=text("state <> 'cancelled'"),
        ),
    )

    territory: str = Field(sa_type=Text)
    correction_id: UUID
    corrected_seq: int = Field(sa_type=BigInteger)
    corrected_hash: str = Field(sa_type=Text)
    lines: list[Any] = Field(sa_type=JSONB)
    reason: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    ordered_by: UUID
    ordered_at: datetime = moment()
    confirmed_by: UUID | None = None
    ended_at: datetime | None = moment(null=True)


class Closing(LedgerTable, table=True):
    """The books of all territories were closed up to a day; only ever added."""

    __tablename__ = "closings"
    __table_args__ = (
        PrimaryKeyConstraint("closing_id", name="pk_closings"),
        UniqueConstraint("closed_through", name="uq_closings__closed_through"),
    )

    closing_id: UUID
    closed_through: date
    decision_reference: str = Field(sa_type=Text)
    closed_by: UUID
    closed_at: datetime = moment()

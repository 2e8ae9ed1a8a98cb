"""The tables of projects. `migrations/` creates them; a test compares the two."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, PrimaryKeyConstraint, SQLModel

from services.projects.domain.disbursements import DisbursementState
from services.projects.domain.needs import PUBLIC, Family, NeedState


class ProjectsTable(SQLModel, registry=registry()):
    """A registry of its own: other services may name a table alike."""


def _one_of(column: str, values: type[NeedState] | type[DisbursementState] | type[Family]) -> str:
    return f"{column} in ({', '.join(repr(value.value) for value in values)})"


class Organisation(ProjectsTable, table=True):
    """A partner organisation. `representative_id` is a person of members, only ever an id here."""

    __tablename__ = "organisations"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "organisation_id", name="pk_organisations"),
        UniqueConstraint("organisation_id", name="uq_organisations__organisation_id"),
        UniqueConstraint("siren", name="uq_organisations__siren"),
        UniqueConstraint("rna", name="uq_organisations__rna"),
        UniqueConstraint(
            "territory", "tribunal_reference", name="uq_organisations__territory_tribunal_reference"
        ),
        CheckConstraint(
            "coalesce(siren, rna, tribunal_reference) is not null", name="ck_organisations__identifiers"
        ),
        Index("ix_organisations__representative_id", "representative_id"),
    )

    territory: str = Field(sa_type=Text)
    organisation_id: UUID
    name: str = Field(sa_type=Text)
    siren: str | None = Field(default=None, sa_type=Text)
    rna: str | None = Field(default=None, sa_type=Text)
    tribunal_reference: str | None = Field(default=None, sa_type=Text)
    representative_id: UUID
    registered_at: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]


class Need(ProjectsTable, table=True):
    """What an organisation needs, who asked, who decided. Locked before its disbursements change."""

    __tablename__ = "needs"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "need_id", name="pk_needs"),
        ForeignKeyConstraint(
            ["organisation_id"], ["organisations.organisation_id"], name="fk_needs__organisation_id"
        ),
        CheckConstraint("amount_minor > 0", name="ck_needs__amount_minor"),
        CheckConstraint(_one_of("family", Family), name="ck_needs__family"),
        CheckConstraint(_one_of("state", NeedState), name="ck_needs__state"),
        CheckConstraint(
            f"state not in ({', '.join(repr(state.value) for state in sorted(PUBLIC))})"
            " or (decision_reference is not null and decided_on is not null and decided_by <> submitted_by)",
            name="ck_needs__decision",
        ),
        Index("ix_needs__organisation_id", "organisation_id"),
        Index("ix_needs__territory_state", "territory", "state"),
    )

    territory: str = Field(sa_type=Text)
    need_id: UUID
    organisation_id: UUID
    title: str = Field(sa_type=Text)
    description: str = Field(sa_type=Text)
    family: str = Field(sa_type=Text)
    fund: str = Field(sa_type=Text)
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(sa_type=Text)
    human_support: str | None = Field(default=None, sa_type=Text)
    state: str = Field(sa_type=Text)
    submitted_by: UUID
    submitted_at: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    decision_reference: str | None = Field(default=None, sa_type=Text)
    decided_on: date | None = None
    refusal_reason: str | None = Field(default=None, sa_type=Text)


class Disbursement(ProjectsTable, table=True):
    """One request for money on a need, and how far the ledger has taken it."""

    __tablename__ = "disbursements"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "disbursement_id", name="pk_disbursements"),
        UniqueConstraint(
            "territory",
            "need_id",
            "idempotency_key",
            name="uq_disbursements__territory_need_id_idempotency_key",
        ),
        ForeignKeyConstraint(
            ["territory", "need_id"],
            ["needs.territory", "needs.need_id"],
            name="fk_disbursements__territory_need_id",
        ),
        CheckConstraint("amount_minor > 0", name="ck_disbursements__amount_minor"),
        CheckConstraint(_one_of("state", DisbursementState), name="ck_disbursements__state"),
    )

    territory: str = Field(sa_type=Text)
    disbursement_id: UUID
    need_id: UUID
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(sa_type=Text)
    payee_name: str = Field(sa_type=Text)
    payee_iban: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    requested_by: UUID
    requested_at: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    idempotency_key: str = Field(sa_type=Text)
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    available_minor: int | None = Field(default=None, sa_type=BigInteger)
    reason: str | None = Field(default=None, sa_type=Text)
    ordered_by: UUID | None = None
    confirmed_by: UUID | None = None
    end_to_end_id: str | None = Field(default=None, sa_type=Text)
    booked_on: date | None = None

"""The table of promises."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlmodel import Field

from services.pledges.domain.commitment import Commitment
from services.pledges.domain.payer import PayerKind
from services.pledges.domain.pledge import PledgeState, Release
from services.pledges.domain.schedule import Kind
from services.pledges.tables.columns import Table, minor_column, moment_column, one_of, text_column


class PledgeRow(Table, table=True):
    """A promise. `by_member`: made by a signed-in person, whose contact members knows already.

    `due_on`: the last due date, none for pledges from before there were any. `released_minor`: what is no longer
    promised since it was cancelled or expired; `released_as` says which, whatever late money made of the state.
    `lapsed_minor`: what its condition never triggered.
    """

    __tablename__ = "pledges"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "pledge_id", name="pk_pledges"),
        UniqueConstraint("pledge_id", name="uq_pledges__pledge_id"),
        UniqueConstraint("reference", name="uq_pledges__reference"),
        UniqueConstraint("idempotency_hash", name="uq_pledges__idempotency_hash"),
        CheckConstraint("amount_minor > 0", name="ck_pledges__amount_minor"),
        CheckConstraint("returned_minor between 0 and received_minor", name="ck_pledges__returned_minor"),
        CheckConstraint(f"state in ({one_of(PledgeState)})", name="ck_pledges__state"),
        CheckConstraint(f"payer_kind in ({one_of(PayerKind)})", name="ck_pledges__payer_kind"),
        CheckConstraint(f"commitment in ({one_of(Commitment)})", name="ck_pledges__commitment"),
        Index("ix_pledges__person_id", "person_id"),
        Index("ix_pledges__made_at", "made_at", "pledge_id"),
        Index("ix_pledges__territory_made_at", "territory", "made_at", "pledge_id"),
        Index("ix_pledges__amount_minor_made_at", "amount_minor", "made_at", "pledge_id"),
        Index(
            "ix_pledges__letters_of_intent",
            "made_at",
            "pledge_id",
            postgresql_where=text("commitment = 'letter_of_intent'"),
        ),
        Index("ix_pledges__released", "made_at", "pledge_id", postgresql_where=text("released_minor > 0")),
        Index("ix_pledges__returned", "made_at", "pledge_id", postgresql_where=text("returned_minor > 0")),
        CheckConstraint(f"schedule in ({one_of(Kind)})", name="ck_pledges__schedule"),
        CheckConstraint("released_minor between 0 and amount_minor", name="ck_pledges__released_minor"),
        CheckConstraint("lapsed_minor between 0 and amount_minor", name="ck_pledges__lapsed_minor"),
        CheckConstraint(f"released_as in ({one_of(Release)})", name="ck_pledges__released_as"),
        CheckConstraint("(released_as is null) = (released_at is null)", name="ck_pledges__released_at"),
        Index("ix_pledges__due_on", "due_on", "pledge_id", postgresql_where=text("due_on is not null")),
    )

    territory: str = Field(sa_column=text_column())
    pledge_id: UUID
    person_id: UUID
    by_member: bool
    fund: str = Field(sa_column=text_column())
    amount_minor: int = Field(sa_column=minor_column())
    currency: str = Field(sa_column=text_column())
    reference: str = Field(sa_column=text_column())
    state: str = Field(sa_column=text_column())
    received_minor: int = Field(0, sa_column=minor_column(default=True))
    returned_minor: int = Field(0, sa_column=minor_column(default=True))
    idempotency_hash: str | None = Field(None, sa_column=text_column(nullable=True))
    made_at: datetime = Field(sa_column=moment_column())
    payer_kind: str = Field("natural_person", sa_column=text_column(default="natural_person"))
    instrument: str = Field("gift", sa_column=text_column(default="gift"))
    commitment: str = Field("promise", sa_column=text_column(default="promise"))
    schedule: str = Field("once", sa_column=text_column(default="once"))
    due_on: date | None = None
    released_minor: int = Field(0, sa_column=minor_column(default=True))
    lapsed_minor: int = Field(0, sa_column=minor_column(default=True))
    changed_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))
    released_as: str | None = Field(None, sa_column=text_column(nullable=True))
    released_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))

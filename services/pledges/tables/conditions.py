"""The tables of funders' conditions and wishes: what was promised how, and which payment triggered how much of it."""

from datetime import date
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from services.pledges.domain.conditions import ConditionKind, ConditionState
from services.pledges.domain.earmark import Instrument
from services.pledges.tables.columns import Table, minor_column, one_of, text_column


class ConditionRow(Table, table=True):
    """The condition of a pledge, and how far it is. `closed_on`: nothing more can be triggered.

    `counted_minor` is what a threshold has reached, `called_minor` what the funder was last told to pay for,
    zero again once a payment of theirs came back.
    """

    __tablename__ = "conditions"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "pledge_id", name="pk_conditions"),
        UniqueConstraint("pledge_id", name="uq_conditions__pledge_id"),
        ForeignKeyConstraint(["pledge_id"], ["pledges.pledge_id"], name="fk_conditions__pledge_id__pledges"),
        CheckConstraint(f"kind in ({one_of(ConditionKind)})", name="ck_conditions__kind"),
        CheckConstraint(f"state in ({one_of(ConditionState)})", name="ck_conditions__state"),
        CheckConstraint(
            "(kind = 'match_funding') = (ratio_basis_points is not null)",
            name="ck_conditions__ratio_basis_points",
        ),
        CheckConstraint(
            "(kind = 'threshold') = (target_minor is not null)", name="ck_conditions__target_minor"
        ),
        CheckConstraint("from_on <= until_on", name="ck_conditions__until_on"),
        CheckConstraint("triggered_minor between 0 and amount_minor", name="ck_conditions__triggered_minor"),
        CheckConstraint(
            "(state = 'met') = (triggered_minor = amount_minor) and (state <> 'lapsed' or closed_on is not null)",
            name="ck_conditions__state_of_money",
        ),
        Index("ix_conditions__open", "until_on", postgresql_where=text("closed_on is null")),
    )

    territory: str = Field(sa_column=text_column())
    pledge_id: UUID
    kind: str = Field(sa_column=text_column())
    amount_minor: int = Field(sa_column=minor_column())
    is_everywhere: bool
    from_on: date
    until_on: date
    ratio_basis_points: int | None = None
    target_minor: int | None = Field(None, sa_column=minor_column(nullable=True))
    state: str = Field(sa_column=text_column())
    triggered_minor: int = Field(0, sa_column=minor_column(default=True))
    counted_minor: int | None = Field(None, sa_column=minor_column(nullable=True))
    called_minor: int = Field(0, sa_column=minor_column(default=True))
    called_on: date | None = None
    closed_on: date | None = None


class EarmarkRow(Table, table=True):
    """What the giver of a pledge wishes it to be for."""

    __tablename__ = "earmarks"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "pledge_id", name="pk_earmarks"),
        UniqueConstraint("pledge_id", name="uq_earmarks__pledge_id"),
        ForeignKeyConstraint(["pledge_id"], ["pledges.pledge_id"], name="fk_earmarks__pledge_id__pledges"),
        CheckConstraint(f"instrument in ({one_of(Instrument)})", name="ck_earmarks__instrument"),
        CheckConstraint(
            "theme is not null or need_id is not null or instrument is not null", name="ck_earmarks__wish"
        ),
    )

    territory: str = Field(sa_column=text_column())
    pledge_id: UUID
    theme: str | None = Field(None, sa_column=text_column(nullable=True))
    need_id: UUID | None = None
    instrument: str | None = Field(None, sa_column=text_column(nullable=True))


class MatchedPaymentRow(Table, table=True):
    """A payment that was taken into account: one that triggered something, or any allocation.

    `returned_minor` is what of its returns was taken into account so far.
    """

    __tablename__ = "matched_payments"
    __table_args__ = (
        PrimaryKeyConstraint("payment_id", name="pk_matched_payments"),
        CheckConstraint(
            "returned_minor between 0 and amount_minor", name="ck_matched_payments__returned_minor"
        ),
    )

    territory: str = Field(sa_column=text_column())
    payment_id: UUID
    amount_minor: int = Field(sa_column=minor_column())
    returned_minor: int = Field(0, sa_column=minor_column(default=True))


class MatchShareRow(Table, table=True):
    """What one payment triggered of one promise, in the promise's territory; and what was taken back of it."""

    __tablename__ = "match_shares"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "pledge_id", "payment_id", name="pk_match_shares"),
        ForeignKeyConstraint(
            ["pledge_id"], ["conditions.pledge_id"], name="fk_match_shares__pledge_id__conditions"
        ),
        ForeignKeyConstraint(
            ["payment_id"],
            ["matched_payments.payment_id"],
            name="fk_match_shares__payment_id__matched_payments",
        ),
        CheckConstraint("amount_minor > 0", name="ck_match_shares__amount_minor"),
        CheckConstraint("reversed_minor between 0 and amount_minor", name="ck_match_shares__reversed_minor"),
        Index("ix_match_shares__payment_id", "payment_id"),
    )

    territory: str = Field(sa_column=text_column())
    pledge_id: UUID
    payment_id: UUID
    amount_minor: int = Field(sa_column=minor_column())
    reversed_minor: int = Field(0, sa_column=minor_column(default=True))


class MatchingProgressRow(Table, table=True):
    """The one row that says how far the statements were taken into account.

    `position`: the last one that was taken whole. Of the next: its credits first, then (`at_returns`) what went back,
    up to this line. `has_moved`: money moved since thresholds were last looked at.
    """

    __tablename__ = "matching_progress"
    __table_args__ = (
        PrimaryKeyConstraint("is_only", name="pk_matching_progress"),
        CheckConstraint("is_only", name="ck_matching_progress__is_only"),
    )

    is_only: bool
    position: int = Field(sa_column=minor_column())
    at_returns: bool
    entry_index: int
    detail_index: int
    has_moved: bool

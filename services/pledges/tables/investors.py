"""The tables of the investors' rolls: who had invested or given by a day. They hold no amount and no name."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlmodel import Field

from services.pledges.domain.investors import Cause, Change
from services.pledges.tables.columns import Table, moment_column, one_of, text_column


class InvestorRollRow(Table, table=True):
    """A roll, frozen when it was drawn. `member_count` of its persons are members.

    `is_total_public`: whether everybody may see how many they are.
    """

    __tablename__ = "investor_rolls"
    __table_args__ = (
        PrimaryKeyConstraint("roll_id", name="pk_investor_rolls"),
        ForeignKeyConstraint(
            ["previous_roll_id"],
            ["investor_rolls.roll_id"],
            name="fk_investor_rolls__previous_roll_id__investor_rolls",
        ),
        CheckConstraint("member_count between 0 and person_count", name="ck_investor_rolls__member_count"),
        Index("ix_investor_rolls__as_of_drawn_at", "as_of", "drawn_at"),
    )

    roll_id: UUID
    as_of: date
    drawn_at: datetime = Field(sa_column=moment_column())
    drawn_by: UUID | None = None
    statements_until: date | None = None
    person_count: int
    member_count: int
    content_hash: str = Field(sa_column=text_column())
    previous_roll_id: UUID | None = None
    is_total_public: bool


class InvestorRollEntryRow(Table, table=True):
    """A person on a roll, once for each territory that the person's money went to.

    No foreign key: a million entries are written before their roll, whose hash is theirs.
    """

    __tablename__ = "investor_roll_entries"
    __table_args__ = (
        PrimaryKeyConstraint("roll_id", "territory", "person_id", name="pk_investor_roll_entries"),
    )

    roll_id: UUID
    territory: str = Field(sa_column=text_column())
    person_id: UUID
    is_member: bool


class InvestorRollCountRow(Table, table=True):
    """How many persons of a territory are on a roll. `is_public`: whether everybody may see it."""

    __tablename__ = "investor_roll_counts"
    __table_args__ = (
        PrimaryKeyConstraint("roll_id", "territory", name="pk_investor_roll_counts"),
        CheckConstraint(
            "member_count between 0 and person_count", name="ck_investor_roll_counts__member_count"
        ),
    )

    roll_id: UUID
    territory: str = Field(sa_column=text_column())
    person_count: int
    member_count: int
    is_public: bool


class InvestorRollChangeRow(Table, table=True):
    """What a roll says otherwise than the one of the same day before it, and why."""

    __tablename__ = "investor_roll_changes"
    __table_args__ = (
        PrimaryKeyConstraint("roll_id", "territory", "person_id", name="pk_investor_roll_changes"),
        CheckConstraint(f"change in ({one_of(Change)})", name="ck_investor_roll_changes__change"),
        CheckConstraint(f"cause in ({one_of(Cause)})", name="ck_investor_roll_changes__cause"),
    )

    roll_id: UUID
    territory: str = Field(sa_column=text_column())
    person_id: UUID
    change: str = Field(sa_column=text_column())
    cause: str = Field(sa_column=text_column())

"""The tables of what is due: instalments, reminders that were sent, and when each territory reminds."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
)
from sqlmodel import Field

from services.pledges.tables.columns import Table, minor_column, moment_column, text_column


class InstalmentRow(Table, table=True):
    """One of several instalments of a pledge; a pledge that is paid once has none, its date is in its row."""

    __tablename__ = "instalments"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "pledge_id", "number", name="pk_instalments"),
        ForeignKeyConstraint(
            ["territory", "pledge_id"],
            ["pledges.territory", "pledges.pledge_id"],
            name="fk_instalments__territory_pledge_id__pledges",
        ),
        CheckConstraint("number between 1 and 121", name="ck_instalments__number"),
        CheckConstraint("amount_minor > 0", name="ck_instalments__amount_minor"),
        Index("ix_instalments__due_on", "due_on", "pledge_id"),
    )

    territory: str = Field(sa_column=text_column())
    pledge_id: UUID
    number: int
    due_on: date
    amount_minor: int = Field(sa_column=minor_column())


class ReminderRow(Table, table=True):
    """A reminder that was told: once for ever for a pledge, a due date and a day around it."""

    __tablename__ = "reminders"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "pledge_id", "due_on", "days", name="pk_reminders"),
        CheckConstraint("amount_due_minor > 0", name="ck_reminders__amount_due_minor"),
    )

    territory: str = Field(sa_column=text_column())
    pledge_id: UUID
    due_on: date
    days: int
    amount_due_minor: int = Field(sa_column=minor_column())
    reminded_at: datetime = Field(sa_column=moment_column())


class ReminderPolicyRow(Table, table=True):
    """On which days around a due date a territory reminds, and after how many pledges expire; `00`: everywhere else."""

    __tablename__ = "reminder_policies"
    __table_args__ = (
        PrimaryKeyConstraint("territory", name="pk_reminder_policies"),
        CheckConstraint("cardinality(days) <= 6", name="ck_reminder_policies__days"),
        CheckConstraint("expiry_days between 1 and 730", name="ck_reminder_policies__expiry_days"),
    )

    territory: str = Field(sa_column=text_column())
    days: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    expiry_days: int
    set_by: UUID | None = None
    set_at: datetime = Field(sa_column=moment_column(default=True))

"""The chart of accounts, and every change of it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Text
from sqlmodel import Field, PrimaryKeyConstraint

from services.ledger.tables.columns import LedgerTable, moment


class AccountOfChart(LedgerTable, table=True):
    """An account as it is now; none is ever removed. One that is closed is not posted to (a trigger sees to it)."""

    __tablename__ = "accounts"
    __table_args__ = (
        PrimaryKeyConstraint("number", name="pk_accounts"),
        CheckConstraint("number ~ '^[1-8][0-9]{2}[0-9A-Z]{3}$'", name="ck_accounts__number"),
        CheckConstraint("label <> ''", name="ck_accounts__label"),
    )

    number: str = Field(sa_type=Text)
    label: str = Field(sa_type=Text)
    meaning: str = Field(sa_type=Text)
    opened_on: date
    closed_on: date | None = None


class AccountChange(LedgerTable, table=True):
    """An account as somebody wrote it, and why; only ever added. Without an author: it came with the software."""

    __tablename__ = "account_changes"
    __table_args__ = (
        PrimaryKeyConstraint("change_id", name="pk_account_changes"),
        ForeignKeyConstraint(["number"], ["accounts.number"], name="fk_account_changes__number"),
    )

    change_id: UUID
    number: str = Field(sa_type=Text)
    label: str = Field(sa_type=Text)
    meaning: str = Field(sa_type=Text)
    is_open: bool
    reason: str = Field(sa_type=Text)
    changed_by: UUID | None = None
    changed_at: datetime = moment()

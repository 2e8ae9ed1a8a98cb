"""The table of needs that projects approved: what savers' answers are shown beside."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, PrimaryKeyConstraint
from sqlmodel import Field

from services.pledges.tables.columns import Table, minor_column, text_column


class ApprovedNeedRow(Table, table=True):
    """A need of an organisation, as its approval told it: nothing of it changes after that."""

    __tablename__ = "approved_needs"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "need_id", name="pk_approved_needs"),
        CheckConstraint("amount_minor > 0", name="ck_approved_needs__amount_minor"),
    )

    territory: str = Field(sa_column=text_column())
    need_id: UUID
    family: str = Field(sa_column=text_column())
    amount_minor: int = Field(sa_column=minor_column())
    currency: str = Field(sa_column=text_column())
    approved_on: date

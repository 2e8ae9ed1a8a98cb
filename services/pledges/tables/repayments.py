"""The table of the references by which investments are paid back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, PrimaryKeyConstraint, UniqueConstraint
from sqlmodel import Field

from services.pledges.tables.columns import Table, moment_column, text_column


class RepaymentReferenceRow(Table, table=True):
    """By which reference, in which currency, an investment is paid back. No pledge has one that is so long."""

    __tablename__ = "repayment_references"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "disbursement_id", name="pk_repayment_references"),
        UniqueConstraint("reference", name="uq_repayment_references__reference"),
        CheckConstraint("length(reference) = 17", name="ck_repayment_references__reference"),
    )

    territory: str = Field(sa_column=text_column())
    disbursement_id: UUID
    reference: str = Field(sa_column=text_column())
    currency: str = Field(sa_column=text_column())
    issued_at: datetime = Field(sa_column=moment_column())

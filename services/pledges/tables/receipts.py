"""The tables of tax receipts: who may issue them, who gave, what was issued, and the payments that each one counts.

Names and addresses of donors are in `donors` only, and kept for as long as the law keeps receipts (six years).
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from services.pledges.domain.tax_receipt import Cancellation, Mode
from services.pledges.tables.columns import Table, minor_column, moment_column, one_of, text_column


class ReceiptIssuerRow(Table, table=True):
    """An organisation as its receipts name it. A row is never changed: other mentions are another row of the same
    `registration`, so that a receipt reads the same for ever. Its right is switched on once, and off once."""

    __tablename__ = "receipt_issuers"
    __table_args__ = (
        PrimaryKeyConstraint("issuer_id", name="pk_receipt_issuers"),
        CheckConstraint(
            "num_nulls(ground, first_on, switched_on_by, switched_on_at) in (0, 4)",
            name="ck_receipt_issuers__switched_on",
        ),
        CheckConstraint("last_on >= first_on", name="ck_receipt_issuers__last_on"),
        CheckConstraint(
            "num_nulls(switched_off_by, switched_off_at) in (0, 2)"
            " and (switched_off_at is null or switched_on_at is not null)",
            name="ck_receipt_issuers__switched_off",
        ),
        Index(
            "uq_receipt_issuers__on_registration",
            "registration",
            unique=True,
            postgresql_where=text("switched_on_at is not null and switched_off_at is null"),
        ),
    )

    issuer_id: UUID
    registration: str = Field(sa_column=text_column())
    name: str = Field(sa_column=text_column())
    street: str = Field(sa_column=text_column())
    postal_code: str = Field(sa_column=text_column())
    city: str = Field(sa_column=text_column())
    object: str = Field(sa_column=text_column())
    quality: str = Field(sa_column=text_column())
    for_wealth_tax: bool
    signatory_name: str = Field(sa_column=text_column())
    signatory_role: str = Field(sa_column=text_column())
    ibans: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    created_by: UUID
    created_at: datetime = Field(sa_column=moment_column())
    ground: str | None = Field(None, sa_column=text_column(nullable=True))
    first_on: date | None = None
    last_on: date | None = None
    switched_on_by: UUID | None = None
    switched_on_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))
    switched_off_by: UUID | None = None
    switched_off_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))


class ReceiptCounterRow(Table, table=True):
    """The last number given by an organisation for a year: locked by whoever issues, so that no number is left out."""

    __tablename__ = "receipt_counters"
    __table_args__ = (PrimaryKeyConstraint("registration", "year", name="pk_receipt_counters"),)

    registration: str = Field(sa_column=text_column())
    year: int
    last_number: int


class DonorRow(Table, table=True):
    """A donor's name and address. A row that a receipt reads is never changed: a correction is a new row."""

    __tablename__ = "donors"
    __table_args__ = (
        PrimaryKeyConstraint("donor_id", name="pk_donors"),
        Index("uq_donors__current_person_id", "person_id", unique=True, postgresql_where=text("is_current")),
    )

    donor_id: UUID
    person_id: UUID
    is_current: bool
    first_names: str = Field(sa_column=text_column())
    last_name: str = Field(sa_column=text_column())
    street: str = Field(sa_column=text_column())
    postal_code: str = Field(sa_column=text_column())
    city: str = Field(sa_column=text_column())
    country: str = Field(sa_column=text_column())
    recorded_at: datetime = Field(sa_column=moment_column())


class TaxReceiptRow(Table, table=True):
    """A receipt that was issued; it is cancelled, never removed, and keeps its number."""

    __tablename__ = "tax_receipts"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "receipt_id", name="pk_tax_receipts"),
        UniqueConstraint("receipt_id", name="uq_tax_receipts__receipt_id"),
        UniqueConstraint("year", "number", "registration", name="uq_tax_receipts__year_number_registration"),
        ForeignKeyConstraint(
            ["issuer_id"], ["receipt_issuers.issuer_id"], name="fk_tax_receipts__issuer_id__receipt_issuers"
        ),
        ForeignKeyConstraint(["donor_id"], ["donors.donor_id"], name="fk_tax_receipts__donor_id__donors"),
        ForeignKeyConstraint(
            ["replaced_by_id"],
            ["tax_receipts.receipt_id"],
            name="fk_tax_receipts__replaced_by_id__tax_receipts",
        ),
        CheckConstraint("number > 0", name="ck_tax_receipts__number"),
        CheckConstraint("amount_minor > 0", name="ck_tax_receipts__amount_minor"),
        CheckConstraint(
            "(cancelled_at is null) = (cancelled_because is null)"
            " and (cancelled_at is not null or (cancelled_by is null and replaced_by_id is null))",
            name="ck_tax_receipts__cancelled",
        ),
        CheckConstraint(
            f"cancelled_because in ({one_of(Cancellation)})", name="ck_tax_receipts__cancelled_because"
        ),
        Index("ix_tax_receipts__person_id", "person_id"),
        Index("ix_tax_receipts__donor_id", "donor_id"),
    )

    territory: str = Field(sa_column=text_column())
    receipt_id: UUID
    issuer_id: UUID
    registration: str = Field(sa_column=text_column())
    year: int
    number: int
    person_id: UUID
    donor_id: UUID
    amount_minor: int = Field(sa_column=minor_column())
    content_hash: str = Field(sa_column=text_column())
    issued_by: UUID | None = None
    issued_at: datetime = Field(sa_column=moment_column())
    cancelled_because: str | None = Field(None, sa_column=text_column(nullable=True))
    cancelled_by: UUID | None = None
    cancelled_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))
    replaced_by_id: UUID | None = None


class CountedPaymentRow(Table, table=True):
    """A payment that a receipt counts. While the receipt is in force no other one may count it."""

    __tablename__ = "counted_payments"
    __table_args__ = (
        PrimaryKeyConstraint("receipt_id", "payment_id", name="pk_counted_payments"),
        ForeignKeyConstraint(
            ["receipt_id"],
            ["tax_receipts.receipt_id"],
            name="fk_counted_payments__receipt_id__tax_receipts",
        ),
        CheckConstraint("amount_minor > 0", name="ck_counted_payments__amount_minor"),
        CheckConstraint(f"mode in ({one_of(Mode)})", name="ck_counted_payments__mode"),
        Index(
            "uq_counted_payments__in_force_payment_id",
            "payment_id",
            unique=True,
            postgresql_where=text("in_force"),
        ),
    )

    receipt_id: UUID
    payment_id: UUID
    booked_on: date
    amount_minor: int = Field(sa_column=minor_column())
    mode: str = Field(sa_column=text_column())
    in_force: bool


class PaymentRulingRow(Table, table=True):
    """A treasurer's word on a payment: whether receipts count it. Taken back, it is kept."""

    __tablename__ = "payment_rulings"
    __table_args__ = (
        PrimaryKeyConstraint("ruling_id", name="pk_payment_rulings"),
        CheckConstraint("counts or reason is not null", name="ck_payment_rulings__reason"),
        CheckConstraint(
            "num_nulls(taken_back_by, taken_back_at) in (0, 2)", name="ck_payment_rulings__taken_back"
        ),
        Index(
            "uq_payment_rulings__standing_payment_id",
            "payment_id",
            unique=True,
            postgresql_where=text("taken_back_at is null"),
        ),
    )

    ruling_id: UUID
    payment_id: UUID
    counts: bool
    reason: str | None = Field(None, sa_column=text_column(nullable=True))
    ruled_by: UUID
    ruled_at: datetime = Field(sa_column=moment_column())
    taken_back_by: UUID | None = None
    taken_back_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))

"""What is told with a pledge that is more than one amount for one territory: who pledges, signs, or subscribes where.

A natural person's promise has no row here.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint
from sqlmodel import Field

from services.pledges.tables.columns import Table, minor_column, moment_column, text_column


def _of_pledge(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["territory", "pledge_id"],
        ["pledges.territory", "pledges.pledge_id"],
        name=f"fk_{table}__territory_pledge_id__pledges",
    )


class PayerRow(Table, table=True):
    """The organisation that a pledge names, as it was named then; its kind is the pledge's `payer_kind`."""

    __tablename__ = "payers"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "pledge_id", name="pk_payers"),
        _of_pledge("payers"),
        CheckConstraint(
            "coalesce(siren, rna, tribunal_reference) is not null", name="ck_payers__identifiers"
        ),
        CheckConstraint(
            "(signatory_name is null) = (signatory_capacity is null)", name="ck_payers__signatory_capacity"
        ),
    )

    territory: str = Field(sa_column=text_column())
    pledge_id: UUID
    name: str = Field(sa_column=text_column())
    siren: str | None = Field(None, sa_column=text_column(nullable=True))
    rna: str | None = Field(None, sa_column=text_column(nullable=True))
    tribunal_reference: str | None = Field(None, sa_column=text_column(nullable=True))
    signatory_name: str | None = Field(None, sa_column=text_column(nullable=True))
    signatory_capacity: str | None = Field(None, sa_column=text_column(nullable=True))


class PledgeSignatureRow(Table, table=True):
    """Who signed a commitment, when and for how much; which text: its version and the SHA-256 of its bytes, in hex.

    `amount_minor` is unknown of some that were signed before amounts were kept.
    """

    __tablename__ = "pledge_signatures"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "pledge_id", name="pk_pledge_signatures"),
        _of_pledge("pledge_signatures"),
        CheckConstraint("amount_minor > 0", name="ck_pledge_signatures__amount_minor"),
    )

    territory: str = Field(sa_column=text_column())
    pledge_id: UUID
    signatory_name: str = Field(sa_column=text_column())
    signatory_capacity: str = Field(sa_column=text_column())
    text_version: int
    text_sha256: str = Field(sa_column=text_column())
    signed_at: datetime = Field(sa_column=moment_column())
    amount_minor: int | None = Field(None, sa_column=minor_column(nullable=True))


class CrossSubscriptionRow(Table, table=True):
    """The organisation of which a pledge would take shares."""

    __tablename__ = "cross_subscriptions"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "pledge_id", name="pk_cross_subscriptions"),
        _of_pledge("cross_subscriptions"),
    )

    territory: str = Field(sa_column=text_column())
    pledge_id: UUID
    organisation_name: str = Field(sa_column=text_column())
    siren: str = Field(sa_column=text_column())

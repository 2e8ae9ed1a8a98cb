"""Local currencies: their registry, what was converted into them, what projects got of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field, PrimaryKeyConstraint

from services.ledger.domain.conversion import ConversionState
from services.ledger.domain.delivery import DeliveryState
from services.ledger.domain.local_currency import EditKind
from services.ledger.tables.columns import LedgerTable, moment, one_of

_IDENTIFIER = "~ '^([0-9]{9}|W[0-9][0-9A-Z][0-9]{7})$'"
_SHA256 = "~ '^[0-9a-f]{64}$'"


class RegisteredCurrency(LedgerTable, table=True):
    """A local currency, and the account in which its units are held; only ever added."""

    __tablename__ = "local_currencies"
    __table_args__ = (
        PrimaryKeyConstraint("code", name="pk_local_currencies"),
        UniqueConstraint("held_account", name="uq_local_currencies__held_account"),
        CheckConstraint("code ~ '^X-[A-Z]{2,10}$'", name="ck_local_currencies__code"),
        CheckConstraint("held_account ~ '^530B[0-9]{2}$'", name="ck_local_currencies__held_account"),
    )

    code: str = Field(sa_type=Text)
    held_account: str = Field(sa_type=Text)
    registered_by: UUID
    registered_at: datetime = moment()


class EditOfRegistry(LedgerTable, table=True):
    """An edit of a currency: its terms, its perimeter or its network, each replaced as a whole; only ever added."""

    __tablename__ = "local_currency_edits"
    __table_args__ = (
        PrimaryKeyConstraint("code", "edit", name="pk_local_currency_edits"),
        CheckConstraint(
            one_of("kind", [kind.value for kind in EditKind]), name="ck_local_currency_edits__kind"
        ),
    )

    code: str = Field(sa_type=Text)
    edit: int
    kind: str = Field(sa_type=Text)
    decision_reference: str = Field(sa_type=Text)
    edited_by: UUID
    edited_at: datetime = moment()


class TermsOfCurrency(LedgerTable, table=True):
    """Who issues a currency, as an edit says it; only ever added."""

    __tablename__ = "local_currency_terms"
    __table_args__ = (
        PrimaryKeyConstraint("code", "edit", name="pk_local_currency_terms"),
        CheckConstraint(
            f"issuer_identifier {_IDENTIFIER}", name="ck_local_currency_terms__issuer_identifier"
        ),
    )

    code: str = Field(sa_type=Text)
    edit: int
    name: str = Field(sa_type=Text)
    issuer_name: str = Field(sa_type=Text)
    issuer_identifier: str = Field(sa_type=Text)
    issuer_iban: str = Field(sa_type=Text)
    retired_on: date | None = None


class CommuneOfCurrency(LedgerTable, table=True):
    """A commune of a perimeter, as an edit says it; only ever added."""

    __tablename__ = "local_currency_communes"
    __table_args__ = (
        PrimaryKeyConstraint("code", "edit", "commune", name="pk_local_currency_communes"),
        CheckConstraint("commune ~ '^([0-9]{2}|2[AB])[0-9]{3}$'", name="ck_local_currency_communes__commune"),
    )

    code: str = Field(sa_type=Text)
    edit: int
    commune: str = Field(sa_type=Text)
    territory: str = Field(sa_type=Text)


class AcceptorOfCurrency(LedgerTable, table=True):
    """An organisation of a network, as an edit says it; only ever added."""

    __tablename__ = "local_currency_acceptors"
    __table_args__ = (
        PrimaryKeyConstraint("code", "edit", "identifier", name="pk_local_currency_acceptors"),
        CheckConstraint(f"identifier {_IDENTIFIER}", name="ck_local_currency_acceptors__identifier"),
        CheckConstraint(
            "accepts_until is null or accepts_until >= accepts_from", name="ck_local_currency_acceptors__days"
        ),
    )

    code: str = Field(sa_type=Text)
    edit: int
    identifier: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    organisation_id: UUID | None = None
    accepts_from: date
    accepts_until: date | None = None


class ConversionRow(LedgerTable, table=True):
    """Euros of a territory and fund for units of a local currency, from order to units. Persons are ids."""

    __tablename__ = "conversions"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "conversion_id", name="pk_conversions"),
        UniqueConstraint("conversion_id", name="uq_conversions__conversion_id"),
        CheckConstraint(
            one_of("state", [state.value for state in ConversionState]), name="ck_conversions__state"
        ),
        CheckConstraint("amount_minor > 0", name="ck_conversions__amount_minor"),
        CheckConstraint(
            "confirmed_by is null or confirmed_by <> ordered_by", name="ck_conversions__two_persons"
        ),
        CheckConstraint(
            "(state in ('committed', 'paid', 'received')) = (confirmed_by is not null)",
            name="ck_conversions__confirmed",
        ),
        CheckConstraint(
            "num_nonnulls(from_seq, from_offset_minor, through_seq, through_offset_minor)"
            " = case when confirmed_by is null then 0 else 4 end"
            " and (from_seq, from_offset_minor) <= (through_seq, through_offset_minor)",
            name="ck_conversions__marks",
        ),
        CheckConstraint(
            "(state in ('paid', 'received')) = (paid_on is not null)", name="ck_conversions__paid"
        ),
        CheckConstraint(
            "num_nonnulls(units_minor, received_on, issuer_reference, proof_sha256, recorded_by)"
            " = case when state = 'received' then 5 else 0 end",
            name="ck_conversions__received",
        ),
        CheckConstraint("units_minor = amount_minor", name="ck_conversions__parity"),
        CheckConstraint(f"proof_sha256 {_SHA256}", name="ck_conversions__proof_sha256"),
        Index(
            "ix_conversions__through_seq",
            "territory",
            "fund",
            "through_seq",
            postgresql_where=text("through_seq is not null"),
        ),
    )

    territory: str = Field(sa_type=Text)
    conversion_id: UUID
    fund: str = Field(sa_type=Text)
    local_currency: str = Field(sa_type=Text)
    amount_minor: int = Field(sa_type=BigInteger)
    issuer_name: str = Field(sa_type=Text)
    issuer_iban: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    ordered_by: UUID
    ordered_at: datetime = moment()
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = moment(null=True)
    from_seq: int | None = Field(default=None, sa_type=BigInteger)
    from_offset_minor: int | None = Field(default=None, sa_type=BigInteger)
    through_seq: int | None = Field(default=None, sa_type=BigInteger)
    through_offset_minor: int | None = Field(default=None, sa_type=BigInteger)
    paid_on: date | None = None
    units_minor: int | None = Field(default=None, sa_type=BigInteger)
    received_on: date | None = None
    issuer_reference: str | None = Field(default=None, sa_type=Text)
    proof_sha256: str | None = Field(default=None, sa_type=Text)
    recorded_by: UUID | None = None
    changed_at: datetime = moment()


class DeliveryRow(LedgerTable, table=True):
    """Units of a local currency for an organisation of its network, from order to delivery. Persons are ids."""

    __tablename__ = "local_currency_deliveries"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "delivery_id", name="pk_local_currency_deliveries"),
        UniqueConstraint("delivery_id", name="uq_local_currency_deliveries__delivery_id"),
        CheckConstraint(
            one_of("state", [state.value for state in DeliveryState]),
            name="ck_local_currency_deliveries__state",
        ),
        CheckConstraint("amount_minor > 0", name="ck_local_currency_deliveries__amount_minor"),
        CheckConstraint(
            "confirmed_by is null or confirmed_by <> ordered_by",
            name="ck_local_currency_deliveries__two_persons",
        ),
        CheckConstraint(
            "case state when 'ordered' then confirmed_by is null when 'cancelled' then true"
            " else confirmed_by is not null end",
            name="ck_local_currency_deliveries__confirmed",
        ),
        CheckConstraint(
            "(confirmed_by is null) = (confirmed_at is null)",
            name="ck_local_currency_deliveries__confirmed_at",
        ),
        CheckConstraint(
            "num_nonnulls(delivered_on, issuer_reference, proof_sha256, recorded_by)"
            " = case when state = 'delivered' then 4 else 0 end",
            name="ck_local_currency_deliveries__delivered",
        ),
        CheckConstraint(f"proof_sha256 {_SHA256}", name="ck_local_currency_deliveries__proof_sha256"),
    )

    territory: str = Field(sa_type=Text)
    delivery_id: UUID
    fund: str = Field(sa_type=Text)
    local_currency: str = Field(sa_type=Text)
    amount_minor: int = Field(sa_type=BigInteger)
    payee_identifier: str = Field(sa_type=Text)
    payee_name: str = Field(sa_type=Text)
    decision_reference: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    ordered_by: UUID
    ordered_at: datetime = moment()
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = moment(null=True)
    delivered_on: date | None = None
    issuer_reference: str | None = Field(default=None, sa_type=Text)
    proof_sha256: str | None = Field(default=None, sa_type=Text)
    recorded_by: UUID | None = None
    changed_at: datetime = moment()

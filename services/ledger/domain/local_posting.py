"""Entries of local currencies (journal ML): euros to an issuer, units for them, units for a project.

Each currency balances by itself: 588000 holds the euros that became units, and as many units the other way round.
"""

from datetime import date
from uuid import UUID, uuid5

from services.ledger.domain import chart
from services.ledger.domain.chart import Journal
from services.ledger.domain.conversion import Conversion
from services.ledger.domain.delivery import Delivery
from services.ledger.domain.entries import BankProof, Draft, Line

_RECEIVED = UUID("6b1f4a4e-0b67-4a0b-9a57-5a7d9e2f6c11")
_DELIVERED = UUID("c0d4b1f7-93ae-4e43-8a5d-1f27f0a86b3e")
"""Namespaces of the ids of entries that an issuer's confirmation posts: one for each conversion, one for each delivery.
Who orders makes both ids, and may make the same one."""


def paid_to_issuer(
    conversion: Conversion, *, event_id: UUID, hashed: bytes, on: date, value_on: date, proof: BankProof
) -> Draft:
    """Euros that have left for an issuer: D 467200 / C 512100."""
    return Draft(
        event_id=event_id,
        payload_hash=hashed,
        journal=Journal.LOCAL_CURRENCY,
        entry_on=on,
        value_on=value_on,
        document=str(conversion.conversion_id),
        label="Virement à l’émetteur d’une monnaie locale",
        lines=(
            Line(chart.CONVERSIONS_UNDER_WAY, conversion.amount_minor, conversion.fund),
            Line(chart.BANK, -conversion.amount_minor, conversion.fund),
        ),
        proof=proof,
    )


def units_received(conversion: Conversion, *, held_account: str) -> Draft:
    """Units for these euros: in euros D 588000 / C 467200, in units D 530Bnn / C 588000."""
    received, fund = conversion.received, conversion.fund
    assert received is not None  # `confirmed_by_issuer` gave it
    currency = conversion.local_currency
    return Draft(
        event_id=uuid5(_RECEIVED, str(conversion.conversion_id)),
        payload_hash=bytes.fromhex(conversion.word_hash),
        journal=Journal.LOCAL_CURRENCY,
        entry_on=received.received_on,
        value_on=received.received_on,
        document=str(conversion.conversion_id),
        label="Conversion en monnaie locale",
        lines=(
            Line(chart.CONVERTED, conversion.amount_minor, fund),
            Line(chart.CONVERSIONS_UNDER_WAY, -conversion.amount_minor, fund),
            Line(held_account, received.units_minor, fund, currency),
            Line(chart.CONVERTED, -received.units_minor, fund, currency),
        ),
    )


def units_delivered(delivery: Delivery, *, held_account: str) -> Draft:
    """Units that a project got: D 657200 / C 530Bnn."""
    handed, currency = delivery.handed, delivery.local_currency
    assert handed is not None  # `delivered` gave it
    return Draft(
        event_id=uuid5(_DELIVERED, str(delivery.delivery_id)),
        payload_hash=bytes.fromhex(delivery.word_hash),
        journal=Journal.LOCAL_CURRENCY,
        entry_on=handed.delivered_on,
        value_on=handed.delivered_on,
        document=str(delivery.delivery_id),
        label="Aide versée en monnaie locale",
        lines=(
            Line(chart.GRANTS_IN_LOCAL_CURRENCY, delivery.amount_minor, delivery.fund, currency),
            Line(held_account, -delivery.amount_minor, delivery.fund, currency),
        ),
    )

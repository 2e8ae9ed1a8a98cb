"""Finds what an order about local currencies names: the conversion, the delivery, the currency."""

from uuid import UUID

from services.ledger.domain.conversion import Conversion
from services.ledger.domain.delivery import Delivery
from services.ledger.domain.local_currency import LocalCurrency, UnknownCurrency
from services.ledger.repository import conversions, deliveries, local_currencies
from shared.database import Work
from shared.web.errors import UserError


async def found_conversion(work: Work, territory: str, conversion_id: UUID) -> Conversion:
    """A conversion of a territory, locked. Raises UserError (404)."""
    conversion = await conversions.lock_conversion(work, territory, conversion_id)
    if conversion is None:
        raise UserError(
            "Cette conversion n’existe pas dans ce territoire : vérifiez l’adresse.",
            status=404,
            code="unknown_conversion",
        )
    return conversion


async def found_delivery(work: Work, territory: str, delivery_id: UUID) -> Delivery:
    """A delivery of a territory, locked. Raises UserError (404)."""
    delivery = await deliveries.lock_delivery(work, territory, delivery_id)
    if delivery is None:
        raise UserError(
            "Cette remise n’existe pas dans ce territoire : vérifiez l’adresse.",
            status=404,
            code="unknown_delivery",
        )
    return delivery


async def known_currency(work: Work, code: str) -> LocalCurrency:
    """A currency of the registry. Raises UnknownCurrency."""
    currency = await local_currencies.find_currency(work, code)
    if currency is None:
        raise UnknownCurrency
    return currency

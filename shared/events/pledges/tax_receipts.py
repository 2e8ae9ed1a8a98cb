"""Tax receipts: issued, cancelled."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.events.contract import AmountMinor, CurrencyCode, Event

GiftYear = Annotated[int, Field(ge=2000, le=2099, strict=True)]
"""The civil year of gifts; the same guard as that of the API."""


class ReceiptIssued(Event, publisher="pledges"):
    """A tax receipt was made for the gifts of a year, in place of the cancelled ones that it `replaces`."""

    receipt_id: UUID
    person_id: UUID
    number: str
    year: GiftYear
    amount_minor: AmountMinor
    currency: CurrencyCode
    replaces: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return str(self.person_id)


class ReceiptCancelled(Event, publisher="pledges"):
    """A tax receipt holds no more: a payment that it counts was returned, was not to be counted, or it is a mistake."""

    receipt_id: UUID
    person_id: UUID
    number: str
    year: GiftYear
    amount_minor: AmountMinor
    currency: CurrencyCode
    reason: str

    @property
    def key(self) -> str:
        return str(self.person_id)

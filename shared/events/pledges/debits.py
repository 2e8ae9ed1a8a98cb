"""Direct debits that are to be collected."""

from datetime import date
from uuid import UUID

from shared.events.contract import AmountMinor, CurrencyCode, Event


class DirectDebitAnnounced(Event, publisher="pledges"):
    """A direct debit is to be collected on a day under a mandate: the saver must be told before."""

    pledge_id: UUID
    person_id: UUID
    collection_id: UUID
    amount_minor: AmountMinor
    currency: CurrencyCode
    collect_on: date
    mandate_reference: str
    creditor_id: str
    creditor_name: str

    @property
    def key(self) -> str:
        return str(self.pledge_id)

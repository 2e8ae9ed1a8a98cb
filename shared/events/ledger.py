"""What the ledger says: where a disbursement stands, and how far the billion has come."""

from datetime import date
from uuid import UUID

from shared.events.contract import AmountMinor, Audience, BalanceMinor, CurrencyCode, Event


class DisbursementEvent(Event):
    """What every event about one disbursement says."""

    disbursement_id: UUID

    @property
    def key(self) -> str:
        return str(self.disbursement_id)


class DisbursementReserved(DisbursementEvent, publisher="ledger"):
    """The envelope holds the money, and holds it back for this disbursement."""

    amount_minor: AmountMinor
    currency: CurrencyCode


class DisbursementRefused(DisbursementEvent, publisher="ledger"):
    """The envelope does not hold the money."""

    available_minor: BalanceMinor
    currency: CurrencyCode
    reason: str


class DisbursementOrdered(DisbursementEvent, publisher="ledger"):
    """A treasurer ordered it; a second person must confirm the order's hash."""

    ordered_by: UUID
    order_hash: str


class DisbursementCommitted(DisbursementEvent, publisher="ledger"):
    """A second person confirmed the order: the bank may be told, with this EndToEndId."""

    amount_minor: AmountMinor
    currency: CurrencyCode
    payee_name: str
    payee_iban: str
    end_to_end_id: str
    confirmed_by: UUID
    order_hash: str


class DisbursementPosted(DisbursementEvent, publisher="ledger"):
    """The bank has debited it: the money is disbursed."""

    amount_minor: AmountMinor
    currency: CurrencyCode
    booked_on: date


class ProgressAdvanced(Event, publisher="ledger", audience=Audience.PUBLIC):
    """The four figures of a territory, which are never merged, after a batch of postings."""

    promised_minor: BalanceMinor
    received_minor: BalanceMinor
    local_currency_minor: BalanceMinor
    disbursed_minor: BalanceMinor
    currency: CurrencyCode

    @property
    def key(self) -> str:
        return self.territory

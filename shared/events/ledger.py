"""What the ledger says: where a disbursement stands, and how far the billion has come."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.events.contract import (
    AmountMinor,
    AmountOrZeroMinor,
    Audience,
    BalanceMinor,
    Count,
    CurrencyCode,
    Event,
    TerritoryCode,
)


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
    """The envelope does not hold the money, or its fund does not give it, or a treasurer gave the reservation up."""

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


class InstalmentDue(BaseModel):
    """What is due of an investment on a day."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    due_on: date
    principal_minor: AmountOrZeroMinor
    interest_minor: AmountOrZeroMinor


class RepaymentScheduled(DisbursementEvent, publisher="ledger"):
    """Two persons confirmed when a disbursed investment is paid back.

    A higher `schedule_version` replaces what was not paid of the one before.
    """

    schedule_id: UUID
    schedule_version: Count
    currency: CurrencyCode
    instalments: tuple[InstalmentDue, ...]


class EnvelopeShared(Event, publisher="ledger", audience=Audience.PUBLIC):
    """A territory ceded a part of its envelope to another, by a decision that can be looked up.

    Said in the lane of each of the two; no money left the bank account, which is one for all.
    """

    share_id: UUID
    giver: TerritoryCode
    receiver: TerritoryCode
    fund: str
    amount_minor: AmountMinor
    currency: CurrencyCode
    decision_reference: str
    shared_at: AwareDatetime

    @property
    def key(self) -> str:
        return str(self.share_id)


class ConversionCommitted(Event, publisher="ledger"):
    """Two treasurers decided to convert into a local currency: the bank may be told, with this EndToEndId."""

    conversion_id: UUID
    amount_minor: AmountMinor
    currency: CurrencyCode
    local_currency: CurrencyCode
    issuer_name: str
    issuer_iban: str
    end_to_end_id: str
    confirmed_by: UUID
    order_hash: str

    @property
    def key(self) -> str:
        return str(self.conversion_id)


class ProgressAdvanced(Event, publisher="ledger", audience=Audience.PUBLIC):
    """The four figures of a territory, which are never merged, after a batch of postings.

    `local_currency_minor` is what was set aside for local currencies since the beginning; `converted_minor`, what of it
    their issuers have turned into units.
    """

    promised_minor: BalanceMinor
    received_minor: BalanceMinor
    local_currency_minor: BalanceMinor
    disbursed_minor: BalanceMinor
    currency: CurrencyCode
    converted_minor: BalanceMinor = 0

    @property
    def key(self) -> str:
        return self.territory


class PeriodClosed(Event, publisher="ledger", audience=Audience.PUBLIC):
    """The books of all territories are closed up to a day, this day included, national lane: nothing more is posted.

    What comes late is posted on the first open day, with its own value date.
    """

    closing_id: UUID
    closed_through: date
    closed_at: AwareDatetime

    @property
    def key(self) -> str:
        return str(self.closing_id)


class RootPublished(Event, publisher="ledger", audience=Audience.PUBLIC):
    """A day's signed root over every entry so far, national lane: whoever keeps it notices a history written anew.

    `document` is the signed text (JSON): the Merkle tree of the entries since the root before (RFC 6962), where each
    chain stands, and the SHA-256 of the document before. `signature` and `public_key` are Ed25519, in base64.
    """

    number: Count
    document: str
    signature: str
    public_key: str

    @property
    def key(self) -> str:
        return "roots"


class MilestoneReached(Event, publisher="ledger", audience=Audience.PUBLIC):
    """A hundredth more of the aim is received (lane 00, `percent`), or a territory's first euro (`percent` 0).

    Each is told once, when statements are proved; money that goes back later does not take it back.
    """

    percent: Count
    reached_at: AwareDatetime

    @property
    def key(self) -> str:
        return "milestones"

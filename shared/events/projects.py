"""What projects says: needs that were approved, and money that projects ask for."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.events.contract import AmountMinor, Audience, CurrencyCode, Event


class Family(StrEnum):
    """The two families of money out: a grant is not given back, an investment has a schedule."""

    GRANT = "grant"
    INVESTMENT = "investment"


class NeedApproved(Event, publisher="projects", audience=Audience.PUBLIC):
    """A need of an organisation was approved by a decision that can be looked up."""

    need_id: UUID
    organisation_id: UUID
    organisation_name: str
    title: str
    family: Family
    amount_minor: AmountMinor
    currency: CurrencyCode
    decision_reference: str
    approved_on: date

    @property
    def key(self) -> str:
        return str(self.need_id)


class DisbursementRequested(Event, publisher="projects"):
    """An organisation asks for money that its approved need allows; the ledger reserves it or refuses."""

    disbursement_id: UUID
    need_id: UUID
    organisation_id: UUID
    organisation_name: str
    fund: str
    family: Family
    amount_minor: AmountMinor
    currency: CurrencyCode
    payee_name: str
    payee_iban: str
    decision_reference: str
    requested_by: UUID

    @property
    def key(self) -> str:
        return str(self.disbursement_id)

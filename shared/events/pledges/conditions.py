"""What becomes of money that is promised under a condition."""

from datetime import date
from uuid import UUID

from shared.events.contract import AmountMinor, BalanceMinor, CurrencyCode, Event


class ConditionEvent(Event):
    """What every event about money promised under a condition says. It names neither a payment nor who made it.

    `amount_minor` is what this step moves, `decided_on` the day on which the platform saw it.
    """

    pledge_id: UUID
    fund: str
    amount_minor: AmountMinor
    currency: CurrencyCode
    decided_on: date
    instrument: str = "gift"

    @property
    def key(self) -> str:
        return str(self.pledge_id)


class MatchingTriggered(ConditionEvent, publisher="pledges"):
    """Payments triggered a part of a promise of match funding: it is promised now. `triggered_minor`: in all so far."""

    triggered_minor: BalanceMinor


class MatchingReversed(ConditionEvent, publisher="pledges"):
    """Payments that had triggered a part of a promise went back: it is not promised any more."""

    triggered_minor: BalanceMinor


class ConditionMet(ConditionEvent, publisher="pledges"):
    """A threshold was reached: the pledge is promised whole, once and for all."""


class ConditionLapsed(ConditionEvent, publisher="pledges"):
    """The time of a condition is over: what it had not triggered never will be promised."""


class FundsCalled(Event, publisher="pledges"):
    """A funder is told what their promise triggered and what is left to pay: at most once a day for a pledge."""

    pledge_id: UUID
    person_id: UUID
    fund: str
    triggered_minor: AmountMinor
    due_minor: AmountMinor
    currency: CurrencyCode
    reference: str
    beneficiary_name: str
    beneficiary_iban: str
    called_on: date

    @property
    def key(self) -> str:
        return str(self.pledge_id)

"""What becomes of a promise: made, made firm, changed, cancelled, expired; and when its saver is reminded."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.events.contract import AmountMinor, AmountOrZeroMinor, Count, CurrencyCode, Event

ReminderDays = Annotated[int, Field(ge=-60, le=180, strict=True)]
"""Days around a due date: two months before it nobody can act on it, half a year after it nobody remembers."""


class PledgeMade(Event, publisher="pledges"):
    """A saver promised an amount to a fund for a territory, and got the reference to pay it with.

    `commitment` says how firmly: a `letter_of_intent` promises nothing, and no payment is expected.
    `first_due_minor` is the first instalment; 0, the default of older events, stands for the whole.
    `is_conditional`: nothing of it is due before its condition says so (`MatchingTriggered`, `ConditionMet`).
    """

    pledge_id: UUID
    person_id: UUID
    fund: str
    amount_minor: AmountMinor
    currency: CurrencyCode
    reference: str
    beneficiary_name: str
    beneficiary_iban: str
    made_at: AwareDatetime
    payer_kind: str = "natural_person"
    instrument: str = "gift"
    commitment: str = "promise"
    instalment_count: Count = 1
    first_due_on: date | None = None
    first_due_minor: AmountOrZeroMinor = 0
    is_conditional: bool = False

    @property
    def key(self) -> str:
        return str(self.pledge_id)


class PledgeSigned(Event, publisher="pledges"):
    """A letter of intent became firm: a `promise` or a `signed` commitment, which counts as promised from now on.

    `kept_minor` came for the letter and is kept; `first_due_minor` is what is left to pay, 0 also in older events,
    which kept nothing: what is left is then `amount_minor` less `kept_minor`, if anything.
    """

    pledge_id: UUID
    person_id: UUID
    fund: str
    amount_minor: AmountMinor
    currency: CurrencyCode
    reference: str
    beneficiary_name: str
    beneficiary_iban: str
    payer_kind: str
    instrument: str
    commitment: str
    signed_at: AwareDatetime
    instalment_count: Count = 1
    first_due_on: date | None = None
    first_due_minor: AmountOrZeroMinor = 0
    kept_minor: AmountOrZeroMinor = 0

    @property
    def key(self) -> str:
        return str(self.pledge_id)


class PledgeEvent(Event):
    """What every event about a pledge that is there says; `reference` names it in the books."""

    pledge_id: UUID
    person_id: UUID
    fund: str
    currency: CurrencyCode
    reference: str
    instrument: str = "gift"

    @property
    def key(self) -> str:
        return str(self.pledge_id)


class PledgeChanged(PledgeEvent, publisher="pledges"):
    """A pledge has another amount or other dates: `amount_minor` is promised in place of `amount_before_minor`."""

    amount_before_minor: AmountOrZeroMinor
    amount_minor: AmountMinor
    changed_at: AwareDatetime


class PledgeCancelled(PledgeEvent, publisher="pledges"):
    """A pledge was cancelled: `released_minor`, which was promised and had not come, is promised no longer."""

    released_minor: AmountOrZeroMinor
    cancelled_at: AwareDatetime


class PledgeExpired(PledgeEvent, publisher="pledges"):
    """A pledge waited long enough after its last due date: `released_minor` is promised no longer."""

    released_minor: AmountOrZeroMinor
    expired_at: AwareDatetime


class ReminderDue(PledgeEvent, publisher="pledges"):
    """The day of a reminder has come (`days` after `due_on`, before it when negative): so much is missing by then."""

    amount_due_minor: AmountMinor
    due_on: date
    days: ReminderDays
    beneficiary_name: str
    beneficiary_iban: str

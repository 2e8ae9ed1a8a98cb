"""The entries of promises: made, made firm, changed, released; under a condition: triggered, taken back, lapsed."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.ledger.domain.entries import Draft
from services.ledger.domain.memo import (
    INTENDED,
    PROMISED,
    PROMISED_AS_INTENDED,
    PROMISED_UNDER_CONDITION,
    TRIGGERED,
    memo_entry,
)
from shared.events import Event
from shared.events.pledges import (
    ConditionLapsed,
    ConditionMet,
    MatchingReversed,
    MatchingTriggered,
    PledgeCancelled,
    PledgeChanged,
    PledgeEvent,
    PledgeExpired,
    PledgeMade,
    PledgeSigned,
)
from shared.values import day_of

LETTER_OF_INTENT = "letter_of_intent"
"""The commitment that is no promise."""


def _made(event_id: UUID, hashed: bytes, pledge: PledgeMade) -> Draft:
    moves, label = PROMISED, "Promesse"
    if pledge.is_conditional:  # apart from what is promised: nothing of it is due yet
        moves, label = PROMISED_UNDER_CONDITION, "Promesse sous condition"
    elif pledge.commitment == LETTER_OF_INTENT:
        moves, label = INTENDED, "Lettre d’intention"
    return memo_entry(
        moves,
        event_id=event_id,
        hashed=hashed,
        on=day_of(pledge.made_at),
        document=pledge.reference,
        label=label,
        amount_minor=pledge.amount_minor,
        fund=pledge.fund,
        currency=pledge.currency,
        instrument=pledge.instrument,
    )


def _made_firm(event_id: UUID, hashed: bytes, pledge: PledgeSigned) -> Draft:
    return memo_entry(
        PROMISED_AS_INTENDED,
        event_id=event_id,
        hashed=hashed,
        on=day_of(pledge.signed_at),
        document=pledge.reference,
        label="Lettre d’intention confirmée",
        amount_minor=pledge.amount_minor,
        fund=pledge.fund,
        currency=pledge.currency,
        instrument=pledge.instrument,
    )


def _changed(event_id: UUID, hashed: bytes, pledge: PledgeChanged) -> Draft | None:
    moved = pledge.amount_minor - pledge.amount_before_minor
    return _moved(event_id, hashed, pledge, moved, on=pledge.changed_at, label="Promesse modifiée")


def _cancelled(event_id: UUID, hashed: bytes, pledge: PledgeCancelled) -> Draft | None:
    released = -pledge.released_minor
    return _moved(event_id, hashed, pledge, released, on=pledge.cancelled_at, label="Promesse annulée")


def _expired(event_id: UUID, hashed: bytes, pledge: PledgeExpired) -> Draft | None:
    released = -pledge.released_minor
    return _moved(event_id, hashed, pledge, released, on=pledge.expired_at, label="Promesse expirée")


def _moved(
    event_id: UUID, hashed: bytes, pledge: PledgeEvent, moved_minor: int, *, on: datetime, label: str
) -> Draft | None:
    """A promise that grew or shrank; by nothing (another date): no entry."""
    if not moved_minor:
        return None
    return memo_entry(
        PROMISED,
        event_id=event_id,
        hashed=hashed,
        on=day_of(on),
        document=pledge.reference,
        label=label,
        amount_minor=moved_minor,
        fund=pledge.fund,
        currency=pledge.currency,
        instrument=pledge.instrument,
    )


def _condition_moved(
    event_id: UUID,
    hashed: bytes,
    moved: MatchingTriggered | MatchingReversed | ConditionMet | ConditionLapsed,
) -> Draft:
    moves, label, amount_minor = TRIGGERED, "Promesse déclenchée", moved.amount_minor
    if isinstance(moved, MatchingReversed):
        label, amount_minor = "Déclenchement repris", -moved.amount_minor
    elif isinstance(moved, ConditionLapsed):
        moves, label = PROMISED_UNDER_CONDITION, "Promesse sous condition échue"
        amount_minor = -moved.amount_minor
    return memo_entry(
        moves,
        event_id=event_id,
        hashed=hashed,
        on=moved.decided_on,
        document=str(moved.pledge_id),
        label=label,
        amount_minor=amount_minor,
        fund=moved.fund,
        currency=moved.currency,
        instrument=moved.instrument,
    )


PROMISE_DRAFTS: Mapping[type[Event], Callable[[UUID, bytes, Any], Draft | None]] = {
    PledgeMade: _made,
    PledgeSigned: _made_firm,
    PledgeChanged: _changed,
    PledgeCancelled: _cancelled,
    PledgeExpired: _expired,
    MatchingTriggered: _condition_moved,
    MatchingReversed: _condition_moved,
    ConditionMet: _condition_moved,
    ConditionLapsed: _condition_moved,
}

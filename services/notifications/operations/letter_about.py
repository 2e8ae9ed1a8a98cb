"""Which letter a fact causes: its kind, what makes it unique, and the facts that it tells. A function for each fact."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

from services.notifications.domain import REMINDER_KEPT, Letter, LetterKind
from shared.events import Event
from shared.events.members import MemberJoined
from shared.events.pledges import (
    BankLineEvent,
    DirectDebitAnnounced,
    FundsCalled,
    PaymentAllocated,
    PaymentReceived,
    PaymentRefunded,
    PaymentReturned,
    PledgeExpired,
    PledgeMade,
    PledgeSigned,
    ReceiptCancelled,
    ReceiptIssued,
    ReminderDue,
)
from shared.values import day_of


class Said(NamedTuple):
    """What a letter says; `cause` is what happened once."""

    kind: LetterKind
    cause: str
    content: dict[str, Any]


def letter_about(event: Event, *, now: datetime, waiting: timedelta) -> Letter:
    """The letter that a fact causes, `waiting` at most for its person's contact."""
    said = SAYING[type(event)](event)
    until = now + waiting
    if isinstance(event, ReminderDue):
        until = min(until, now + REMINDER_KEPT)
    elif isinstance(event, DirectDebitAnnounced):  # once collected, it announces nothing
        until = min(until, datetime.combine(event.collect_on, time.min, UTC))
    return Letter(
        kind=said.kind,
        cause=said.cause,
        territory=event.territory,
        person_id=event.member_id if isinstance(event, MemberJoined) else event.person_id,  # type: ignore[attr-defined]
        expires_at=until,
        content=said.content,
    )


def _joining(event: MemberJoined) -> Said:
    """The welcome, with the first missions. Somebody who comes back another day is welcomed again."""
    missions = [{"title": mission.title, "description": mission.description} for mission in event.missions]
    return Said(LetterKind.WELCOME, f"{event.member_id}:{event.joined_on}", {"missions": missions})


def _pledge(event: PledgeMade | PledgeSigned) -> Said:
    """How to pay a promise; of a letter of intent or under a condition, that there is nothing to pay yet.

    What came for a letter before it was confirmed is not asked for again.
    """
    kept_minor = event.kept_minor if isinstance(event, PledgeSigned) else 0
    due_minor = event.first_due_minor or max(0, event.amount_minor - kept_minor)
    kind = LetterKind.PLEDGE_INSTRUCTIONS if due_minor else LetterKind.PLEDGE_CONFIRMED
    if isinstance(event, PledgeMade) and event.is_conditional:
        kind = LetterKind.CONDITIONAL_PLEDGE
    elif event.commitment == "letter_of_intent":
        kind = LetterKind.LETTER_OF_INTENT
    content = {
        **_transfer(event),
        "amount_minor": event.amount_minor,
        "instalment_count": event.instalment_count,
        "due_on": event.first_due_on.isoformat() if event.first_due_on else None,
        "due_minor": due_minor,
        "kept_minor": kept_minor,
    }
    return Said(kind, str(event.pledge_id), content)


def _reminder(event: ReminderDue) -> Said:
    """What is to be paid by a due date; one for each day that a territory reminds on."""
    content = {
        **_transfer(event),
        "amount_minor": event.amount_due_minor,
        "due_on": event.due_on.isoformat(),
        "has_passed": event.days > 0,
    }
    return Said(LetterKind.PLEDGE_REMINDER, f"{event.pledge_id}:{event.due_on}:{event.days}", content)


def _expiry(event: PledgeExpired) -> Said:
    """Word that a promise is expected no longer; one that was taken up again may expire again."""
    content = {
        "pledge_id": str(event.pledge_id),
        "amount_minor": event.released_minor,
        "currency": event.currency,
        "reference": event.reference,
    }
    return Said(LetterKind.PLEDGE_EXPIRED, f"{event.pledge_id}:{day_of(event.expired_at)}", content)


def _payment(event: PaymentReceived | PaymentAllocated) -> Said:
    """Thanks, one for each payment: a promise may be paid in several transfers, a transfer pay several promises."""
    cause = event.allocation_id if isinstance(event, PaymentAllocated) else event.line_id
    return Said(LetterKind.PAYMENT_THANKS, str(cause), _money(event))


def _returned_payment(event: PaymentReturned | PaymentRefunded) -> Said:
    """Word that a payment was given back."""
    return Said(LetterKind.PAYMENT_RETURNED, str(event.line_id), _money(event))


def _direct_debit(event: DirectDebitAnnounced) -> Said:
    """Word that an account will be debited."""
    content = {
        "pledge_id": str(event.pledge_id),
        "amount_minor": event.amount_minor,
        "currency": event.currency,
        "collect_on": event.collect_on.isoformat(),
        "mandate_reference": event.mandate_reference,
        "creditor_id": event.creditor_id,
        "creditor_name": event.creditor_name,
    }
    return Said(LetterKind.DIRECT_DEBIT_ANNOUNCED, str(event.collection_id), content)


def _receipt(event: ReceiptIssued) -> Said:
    """The link of a tax receipt."""
    content = _of_receipt(event) | {"replaces": list(event.replaces)}
    return Said(LetterKind.RECEIPT_ISSUED, str(event.receipt_id), content)


def _cancelled_receipt(event: ReceiptCancelled) -> Said:
    """Word that a tax receipt holds no more."""
    content = _of_receipt(event) | {"reason": event.reason}
    return Said(LetterKind.RECEIPT_CANCELLED, str(event.receipt_id), content)


def _called_funds(event: FundsCalled) -> Said:
    """What a promise under a condition asks for now: one a day at most, whatever is said twice."""
    content = {
        **_transfer(event),
        "amount_minor": event.due_minor,
        "triggered_minor": event.triggered_minor,
        "called_on": event.called_on.isoformat(),
    }
    return Said(LetterKind.FUNDS_CALLED, f"{event.pledge_id}:{event.called_on}", content)


SAYING: Mapping[type[Event], Callable[[Any], Said]] = {
    MemberJoined: _joining,
    PledgeMade: _pledge,
    PledgeSigned: _pledge,
    ReminderDue: _reminder,
    PledgeExpired: _expiry,
    PaymentReceived: _payment,
    PaymentAllocated: _payment,
    PaymentReturned: _returned_payment,
    PaymentRefunded: _returned_payment,
    DirectDebitAnnounced: _direct_debit,
    ReceiptIssued: _receipt,
    ReceiptCancelled: _cancelled_receipt,
    FundsCalled: _called_funds,
}
"""All facts that cause a letter, each with what it says."""


def _transfer(event: PledgeMade | PledgeSigned | ReminderDue | FundsCalled) -> dict[str, Any]:
    return {
        "pledge_id": str(event.pledge_id),
        "currency": event.currency,
        "reference": event.reference,
        "beneficiary_name": event.beneficiary_name,
        "beneficiary_iban": event.beneficiary_iban,
    }


def _money(event: BankLineEvent | PaymentAllocated) -> dict[str, Any]:
    return {
        "amount_minor": event.amount_minor,
        "currency": event.currency,
        "booked_on": event.booked_on.isoformat(),
    }


def _of_receipt(event: ReceiptIssued | ReceiptCancelled) -> dict[str, Any]:
    return {
        "receipt_id": str(event.receipt_id),
        "number": event.number,
        "year": event.year,
        "amount_minor": event.amount_minor,
        "currency": event.currency,
    }

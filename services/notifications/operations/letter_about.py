"""Which letter a fact causes: its kind, what makes it unique, and the facts that it tells."""

from datetime import datetime
from typing import Any

from services.notifications.domain import Letter, LetterKind
from shared.events.members import MemberJoined
from shared.events.pledges import BankLineEvent, PaymentReceived, PaymentReturned, PledgeMade


def joining(event: MemberJoined, *, until: datetime) -> Letter:
    """The welcome, with the first missions. Somebody who comes back another day is welcomed again."""
    return Letter(
        kind=LetterKind.WELCOME,
        cause=f"{event.member_id}:{event.joined_on}",
        territory=event.territory,
        person_id=event.member_id,
        expires_at=until,
        content={
            "missions": [
                {"title": mission.title, "description": mission.description} for mission in event.missions
            ]
        },
    )


def pledge(event: PledgeMade, *, until: datetime) -> Letter:
    """How to pay a promise."""
    return Letter(
        kind=LetterKind.PLEDGE_INSTRUCTIONS,
        cause=str(event.pledge_id),
        territory=event.territory,
        person_id=event.person_id,
        expires_at=until,
        content={
            "pledge_id": str(event.pledge_id),
            "amount_minor": event.amount_minor,
            "currency": event.currency,
            "reference": event.reference,
            "beneficiary_name": event.beneficiary_name,
            "beneficiary_iban": event.beneficiary_iban,
        },
    )


def payment(event: PaymentReceived, *, until: datetime) -> Letter:
    """Thanks, one for each bank line: a promise may be paid in several transfers."""
    return Letter(
        kind=LetterKind.PAYMENT_THANKS,
        cause=str(event.line_id),
        territory=event.territory,
        person_id=event.person_id,
        expires_at=until,
        content=_bank_line(event),
    )


def returned_payment(event: PaymentReturned, *, until: datetime) -> Letter:
    """Word that a payment was given back."""
    return Letter(
        kind=LetterKind.PAYMENT_RETURNED,
        cause=str(event.line_id),
        territory=event.territory,
        person_id=event.person_id,
        expires_at=until,
        content=_bank_line(event),
    )


def _bank_line(event: BankLineEvent) -> dict[str, Any]:
    return {
        "amount_minor": event.amount_minor,
        "currency": event.currency,
        "booked_on": event.booked_on.isoformat(),
    }

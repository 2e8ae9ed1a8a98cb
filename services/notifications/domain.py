"""What a letter is, when it leaves, and when it is given up. Pure: no database, no mail server."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

LONGEST_NAME = 60
"""Characters of a name in a header or greeting: long enough for real names, too short for an advert."""

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=4)
"""A greylisting server wants minutes, a full mailbox hours: 30 s, 2 min, 8 min, 32 min, 2 h, 4 h…"""

_NOT_PRINTED = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


class LetterKind(StrEnum):
    """Why we write. All of them are service mails: they answer something that the person did."""

    CONFIRMATION = "confirmation"
    SIGN_IN = "sign_in"
    WELCOME = "welcome"
    PLEDGE_INSTRUCTIONS = "pledge_instructions"
    LETTER_OF_INTENT = "letter_of_intent"
    PAYMENT_THANKS = "payment_thanks"
    PAYMENT_RETURNED = "payment_returned"
    DIRECT_DEBIT_ANNOUNCED = "direct_debit_announced"
    PLEDGE_REMINDER = "pledge_reminder"
    PLEDGE_EXPIRED = "pledge_expired"
    RECEIPT_ISSUED = "receipt_issued"
    RECEIPT_CANCELLED = "receipt_cancelled"
    CONDITIONAL_PLEDGE = "conditional_pledge"
    FUNDS_CALLED = "funds_called"
    PLEDGE_CONFIRMED = "pledge_confirmed"


REMINDER_KEPT = timedelta(days=2)
"""A reminder that has not left by then says nothing that still holds: the money may have come meanwhile."""

TRANSFER_KINDS = frozenset(
    {LetterKind.PLEDGE_INSTRUCTIONS, LetterKind.PLEDGE_REMINDER, LetterKind.FUNDS_CALLED}
)
"""Letters that ask for a transfer, and carry its QR code."""

LINK_KINDS = frozenset({LetterKind.CONFIRMATION, LetterKind.SIGN_IN})
"""Letters that carry a link: sealed with it is the address, since the person's contact may not be there yet.
Somebody waits for them in front of a screen, so they leave before any others."""


class LetterState(StrEnum):
    """Where a letter stands. `sending` is committed before the mail server hears of it."""

    DUE = "due"
    WAITING_CONTACT = "waiting_contact"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to write. `cause` is what happened once: with the kind, it makes the letter unique.

    `content` holds facts without any address; `sealed_link` is sealed with the person's key.
    """

    kind: LetterKind
    cause: str
    territory: str
    person_id: UUID
    expires_at: datetime
    content: Mapping[str, Any] = field(default_factory=dict)
    sealed_link: str | None = None


class SendingFailed(Exception):
    """This letter was not taken. `reason` names a status and never an address: servers echo those."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


class MailServerAway(Exception):
    """No letter can be sent at all now. It says nothing about the letter at hand."""


def pause_after(attempts: int) -> timedelta:
    """How long a letter rests after its failed attempt number `attempts` (from 1)."""
    return min(FIRST_PAUSE * 4 ** min(attempts - 1, 10), LONGEST_PAUSE)


def one_line(name: str) -> str:
    """A name as it may stand in a header: one line, no control or direction mark, at most 60 characters."""
    plain = _NOT_PRINTED.sub(" ", name).strip()
    return plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME - 1].rstrip()}…"


def grouped(reference: str) -> str:
    """A creditor reference in groups of four, as ISO 11649 prints it."""
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))

"""What is collected under mandates, when, and how each collection is named to the bank.

Pure: it is given what is known of each mandate. Source: EPC016-06, SEPA Direct Debit Core scheme rulebook.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from services.pledges.domain.debit_refusals import (
    FURTHEST_DAYS,
    CollectionTooFar,
    CollectionTooSoon,
    NotABusinessDay,
)
from services.pledges.domain.mandate import Rhythm
from services.pledges.domain.target_days import (
    business_days_after,
    business_days_before,
    is_business_day,
    next_business_day,
)

ON_ITS_WAY_DAYS = 14
"""How long after its day a collection that no statement shows may still come. A debtor's bank sends it back within five
TARGET days, which are twelve days at most (Christmas, Easter); two more for a bank that books late. After that it was
never collected, or came in a sum that a person divided."""


class CollectionState(StrEnum):
    """Where a collection stands. Whether its money came is read from the bank's lines, never written here."""

    ANNOUNCED = "announced"
    CANCELLED = "cancelled"
    SENT = "sent"
    RETURNED = "returned"


class BatchState(StrEnum):
    """Where a batch stands. `SENT`: its file was made."""

    PREPARED = "prepared"
    CANCELLED = "cancelled"
    SENT = "sent"


class SequenceType(StrEnum):
    """The place of a collection among those of its mandate (ISO 20022 `SeqTp`)."""

    FIRST = "FRST"
    RECURRENT = "RCUR"
    ONE_OFF = "OOFF"
    FINAL = "FNAL"


class Timetable(NamedTuple):
    """The days of a batch: letters leave, its file may be made from a day to another, banks debit."""

    announced_on: date
    sendable_from: date
    send_by: date
    collect_on: date


def amount_due(
    rhythm: Rhythm,
    *,
    amount_minor: int | None,
    day: int | None,
    collectible_minor: int,
    is_taken: bool,
    on: date,
) -> int:
    """What a mandate owes on a day, in cents: never more than its promise misses, 0 for nothing.

    `collectible_minor` is what the promise misses and no other collection is about to bring; `is_taken`: a collection
    of this mandate exists already or, for a monthly one, of its promise in the same month (a saver who changed banks).
    """
    if is_taken or collectible_minor <= 0:
        return 0
    if rhythm is Rhythm.ONCE:
        return collectible_minor
    if amount_minor is None or day is None or day > on.day:
        return 0
    return min(amount_minor, collectible_minor)


def sequence_type(rhythm: Rhythm, *, is_first: bool, is_last: bool) -> SequenceType:
    """How a collection is announced to the bank. One that is first and last is first: its mandate stays usable.

    After a first one that the debtor's bank rejected, the next is named recurrent: since the rulebook of November 2016
    banks take that too.
    """
    if rhythm is Rhythm.ONCE:
        return SequenceType.ONE_OFF
    if is_first:
        return SequenceType.FIRST
    return SequenceType.FINAL if is_last else SequenceType.RECURRENT


def timetable(*, today: date, collect_on: date, prenotification_days: int, bank_lead_days: int) -> Timetable:
    """The days of a batch that is prepared today. Raises NotABusinessDay, CollectionTooSoon, CollectionTooFar."""
    if collect_on > today + timedelta(days=FURTHEST_DAYS):
        raise CollectionTooFar
    sendable_from = today + timedelta(days=prenotification_days)
    earliest = business_days_after(next_business_day(sendable_from), bank_lead_days)
    if collect_on < earliest:
        raise CollectionTooSoon(earliest=earliest)
    if not is_business_day(collect_on):
        raise NotABusinessDay(next_day=next_business_day(collect_on))
    return Timetable(today, sendable_from, business_days_before(collect_on, bank_lead_days), collect_on)

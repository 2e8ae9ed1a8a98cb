"""What a saver chooses: when and in how many times a pledge is paid; and the schedule that follows from it."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from services.pledges.domain.pledge import AmountBelowReceived, PledgeRefused
from services.pledges.domain.refusals import euros, typeset
from services.pledges.domain.schedule import (
    Every,
    Instalment,
    Kind,
    Schedule,
    dates_until,
    day_meant,
    due_dates,
    split_evenly,
)

DEFAULT_DUE_DAYS = 30
"""A month: one salary comes in between, and nobody forgets so fast."""

LATEST_START_DAYS = 731
"""Two years: whoever promises for later than that promises again when the time has come."""

ZONES_DAYS = 1
"""It is still yesterday in Papeete when it is today in UTC: the day of a saver there is accepted."""

LEAST_PARTS, MOST_PARTS = 2, 60
"""Five years of months: more transfers than that are a monthly pledge, which has a stop of its own."""

MOST_MONTHS = 120
"""Ten years. All of them count as promised from the first day: nobody can answer for more. It can be prolonged."""


class Once(NamedTuple):
    """All of it by one date."""

    due_on: date


class Parts(NamedTuple):
    """A total in equal parts."""

    parts: int
    first_on: date
    every: Every


class Monthly(NamedTuple):
    """The same amount each month, while the date is not after `last_on`."""

    first_on: date
    last_on: date


Terms = Once | Parts | Monthly


class DateOutOfLimits(PledgeRefused):
    """A first date that has passed, or is too far away."""

    def __init__(self) -> None:
        super().__init__("Choisissez une date à partir d’aujourd’hui, dans les deux ans qui viennent.")


class PartsOutOfLimits(PledgeRefused):
    """Fewer or more parts than there may be."""

    def __init__(self, least: int) -> None:
        super().__init__(f"Choisissez un nombre de versements entre {least} et {MOST_PARTS}.")


class MonthsOutOfLimits(PledgeRefused):
    """No month at all, or more than there may be."""

    def __init__(self) -> None:
        super().__init__(
            "Choisissez une dernière date qui vient après la première, dix ans plus tard au maximum."
        )


class PartTooSmall(PledgeRefused):
    """A part that would cost more to transfer than it brings."""

    def __init__(self, least_minor: int) -> None:
        super().__init__(
            typeset(
                f"Chaque versement doit être d’au moins {euros(least_minor)} : choisissez moins de versements."
            )
        )


class LetterHasNoDates(PledgeRefused):
    """A letter of intent with dates of payment."""

    def __init__(self) -> None:
        super().__init__(
            "Une lettre d’intention n’a pas de dates de versement : vous les choisirez en la confirmant."
        )


class LetterIsNotChanged(PledgeRefused):
    """A letter of intent that is to be changed or cancelled."""

    def __init__(self) -> None:
        super().__init__(
            "Une lettre d’intention n’engage à rien : elle ne se change ni ne s’annule. Si elle ne vaut plus, "
            "n’en faites rien ; pour un autre montant, faites-en une autre."
        )


class SignedAmountStays(PledgeRefused):
    """Another amount for a signed commitment: the signature is for the one that was signed."""

    def __init__(self, amount_minor: int) -> None:
        super().__init__(
            typeset(
                f"Vous avez signé pour {euros(amount_minor)} : ce montant ne se change pas, seules les dates le "
                "peuvent. Pour verser plus, faites une autre promesse ; pour verser moins, annulez cet "
                "engagement et signez-en un nouveau."
            )
        )


def default_terms(today: date) -> Once:
    """What holds for whoever chooses nothing."""
    return Once(today + timedelta(days=DEFAULT_DUE_DAYS))


def schedule_for(amount_minor: int, terms: Terms, *, least_minor: int, today: date) -> Schedule:
    """The schedule of a new pledge. `amount_minor` is the whole of it; of each month for `Monthly`.

    Raises DateOutOfLimits, PartsOutOfLimits, MonthsOutOfLimits or PartTooSmall.
    """
    _check(terms, today=today, known=(), least_parts=LEAST_PARTS)
    match terms:
        case Once(due_on=due_on):
            return Schedule(Kind.ONCE, (Instalment(1, due_on, amount_minor),))
        case Parts():
            rest = _parts(amount_minor, terms, known=(), least_minor=least_minor)
            return Schedule(Kind.INSTALMENTS, _numbered(rest))
        case Monthly():
            return Schedule(Kind.MONTHLY, _numbered(_months(amount_minor, terms, known=())))


def changed_schedule(
    current: Schedule, amount_minor: int, terms: Terms, *, kept_minor: int, least_minor: int, today: date
) -> Schedule:
    """The schedule after a change. What is kept stays paid, as its first instalment; `terms` say how the rest is.

    `amount_minor` is the new whole, what is kept included; for `Monthly` it is the amount of each month to come.
    Raises AmountBelowReceived, and what `schedule_for` raises; a date that the schedule has already may stay.
    """
    known = [one.due_on for one in current.instalments if one.due_on is not None]
    _check(terms, today=today, known=known, least_parts=1)
    if not isinstance(terms, Monthly) and amount_minor < kept_minor:
        raise AmountBelowReceived(kept_minor)
    match terms:
        case Once(due_on=due_on):
            return Schedule(Kind.ONCE, (Instalment(1, due_on, amount_minor),))
        case Parts(first_on=first_on):
            missing = amount_minor - kept_minor
            rest = _parts(missing, terms, known=known, least_minor=least_minor) if missing else []
            kind = Kind.INSTALMENTS
        case Monthly(first_on=first_on):
            rest, kind = _months(amount_minor, terms, known=known), Kind.MONTHLY
    paid = [(min(first_on, today), kept_minor)] if kept_minor else []
    return Schedule(kind, _numbered(paid + rest))


def _check(terms: Terms, *, today: date, known: Collection[date], least_parts: int) -> None:
    first_on = terms.due_on if isinstance(terms, Once) else terms.first_on
    earliest, latest = today - timedelta(days=ZONES_DAYS), today + timedelta(days=LATEST_START_DAYS)
    if not earliest <= first_on <= latest and first_on not in known:
        raise DateOutOfLimits
    if isinstance(terms, Parts) and not least_parts <= terms.parts <= MOST_PARTS:
        raise PartsOutOfLimits(least_parts)
    if isinstance(terms, Monthly) and not 1 <= dates_until(first_on, terms.last_on) <= MOST_MONTHS:
        raise MonthsOutOfLimits


def _parts(
    amount_minor: int, terms: Parts, *, known: Collection[date], least_minor: int
) -> list[tuple[date, int]]:
    amounts = split_evenly(amount_minor, terms.parts)
    if terms.parts > 1 and amounts[-1] < least_minor:
        raise PartTooSmall(least_minor)
    day = day_meant(terms.first_on, known)
    return list(
        zip(due_dates(terms.first_on, count=terms.parts, every=terms.every, day=day), amounts, strict=True)
    )


def _months(amount_minor: int, terms: Monthly, *, known: Collection[date]) -> list[tuple[date, int]]:
    day = day_meant(terms.first_on, known)
    count = dates_until(terms.first_on, terms.last_on, day=day)
    return [
        (due_on, amount_minor)
        for due_on in due_dates(terms.first_on, count=count, every=Every.MONTH, day=day)
    ]


def _numbered(dues: list[tuple[date, int]]) -> tuple[Instalment, ...]:
    return tuple(Instalment(number, *due) for number, due in enumerate(dues, start=1))

"""Under which condition a funder promises: match funding, or a threshold; until a day, after which the rest lapses.

What was triggered is due and counts as promised; what was not yet is neither.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from services.pledges.domain.pledge import PledgeRefused
from services.pledges.domain.refusals import euros, typeset

LEAST_RATIO, LARGEST_RATIO = 1_000, 50_000
"""In basis points: from 10 cents to 5 euros for one euro. Beyond, somebody took the one amount for the other; and the
highest ratio is served first, so that a promise that nobody means must not outbid all others."""

LARGEST_TARGET_MINOR = 100_000_000_000
"""The billion itself."""

LONGEST = timedelta(days=5 * 366)
"""A promise that binds for longer than five years is a contract, and is written as one."""

LATE_STATEMENTS = timedelta(days=10)
"""Money counts by the bank's date, and the statement of the last day comes some days after it: weekends, holidays."""


class ConditionKind(StrEnum):
    """What a funder waits for."""

    MATCH_FUNDING = "match_funding"
    THRESHOLD = "threshold"


class ConditionState(StrEnum):
    """How far a condition is. `MET`: all that was promised is triggered; `LAPSED`: what was not never will be."""

    WAITING = "waiting"
    PARTLY_TRIGGERED = "partly_triggered"
    MET = "met"
    LAPSED = "lapsed"


class ConditionTerms(NamedTuple):
    """A condition as it was promised, for the pledge's own fund. Both days are counted in.

    `ratio_basis_points` is that of match funding, `target_minor` that of a threshold. `is_everywhere`: payments of
    every territory count, else those of the pledge's own.
    """

    kind: ConditionKind
    is_everywhere: bool
    from_on: date
    until_on: date
    ratio_basis_points: int | None = None
    target_minor: int | None = None


class ConditionRefused(PledgeRefused):
    """A condition that cannot be taken as it was written; `field` says which part of it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(typeset(sentence))
        self.field = field


class ConditionStandsAlone(PledgeRefused):
    """A condition together with dates of payment, or on a letter of intent."""

    def __init__(self) -> None:
        super().__init__(
            "Une promesse sous condition n’a ni dates de versement ni lettre d’intention : "
            "elle est à verser quand sa condition le dit."
        )


class ConditionIsNotChanged(PledgeRefused):
    """A promise under a condition that is to be changed or cancelled."""

    def __init__(self) -> None:
        super().__init__(
            "Une promesse sous condition ne se change ni ne s’annule : d’autres ont pu verser en comptant sur elle. "
            "Ce qui n’est pas déclenché n’est plus promis après sa date."
        )


def match_funding_terms(
    *, ratio_basis_points: int, is_everywhere: bool, from_on: date | None, until_on: date, today: date
) -> ConditionTerms:
    """So many cents for each euro received, from a day on. Raises ConditionRefused."""
    if not LEAST_RATIO <= ratio_basis_points <= LARGEST_RATIO:
        raise ConditionRefused(
            "ratio",
            f"Pour 1 € reçu, mettez entre {euros(LEAST_RATIO // 100)} et {euros(LARGEST_RATIO // 100)}.",
        )
    tomorrow = today + timedelta(days=1)
    if from_on is not None and from_on < tomorrow:
        raise ConditionRefused(
            "from_on",
            "La période commence demain au plus tôt : ce qui est déjà à la banque ne peut plus être encouragé.",
        )
    terms = ConditionTerms(
        ConditionKind.MATCH_FUNDING,
        is_everywhere,
        from_on or tomorrow,
        until_on,
        ratio_basis_points=ratio_basis_points,
    )
    _check_end(terms, today)
    return terms


def threshold_terms(*, target_minor: int, is_everywhere: bool, until_on: date, today: date) -> ConditionTerms:
    """All of it, once so much was received. Raises ConditionRefused."""
    if not 0 < target_minor <= LARGEST_TARGET_MINOR:
        raise ConditionRefused(
            "target", f"Indiquez la somme à atteindre, {euros(LARGEST_TARGET_MINOR)} au plus."
        )
    terms = ConditionTerms(ConditionKind.THRESHOLD, is_everywhere, today, until_on, target_minor=target_minor)
    _check_end(terms, today)
    return terms


def _check_end(terms: ConditionTerms, today: date) -> None:
    if terms.until_on < terms.from_on:
        raise ConditionRefused(
            "until_on", "La date de fin est passée, ou avant le début : choisissez-en une autre."
        )
    if terms.until_on > today + LONGEST:
        raise ConditionRefused(
            "until_on", "La date de fin est trop loin : une condition vaut cinq ans au plus."
        )


def closes_after(until_on: date) -> date:
    """The last day on which a statement may still trigger something."""
    return until_on + LATE_STATEMENTS


def state_of(*, amount_minor: int, triggered_minor: int, is_closed: bool) -> ConditionState:
    """Where a condition stands."""
    if triggered_minor == amount_minor:
        return ConditionState.MET
    if is_closed:
        return ConditionState.LAPSED
    return ConditionState.PARTLY_TRIGGERED if triggered_minor else ConditionState.WAITING

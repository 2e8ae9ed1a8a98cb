"""Funds, and the rules by which each gives money out; money that arrives lands in the fund that it names, always."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.ledger.domain import chart
from services.ledger.domain.entries import Line
from shared.values import in_cents

GENERAL_FUND = "general"
"""The fund of what belongs to no fund yet: suspense, fees, opening balances."""

FAMILIES = {"grant": "subventions", "investment": "prêts et participations"}
"""What a fund may give out, as people read it."""

_GIVES = {chart.GRANTS: "grant", chart.INVESTMENTS: "investment"}
"""The family that an account says."""

WHOLE_BASIS_POINTS = 10_000


class RulesInThePast(Exception):
    """Les règles d’un fonds ne peuvent pas prendre effet dans le passé : choisissez aujourd’hui ou plus tard."""


@dataclass(frozen=True, slots=True)
class FundRules:
    """What a decision adopted for a fund, from a day on.

    `opens_on` and `closes_on` are the first and the last day on which it gives; amounts are in cents of a euro,
    whatever the envelope's currency; the share is of what the envelope of a territory has had in all, for one need.
    """

    rules_id: UUID
    fund: str
    effective_on: date
    decision_reference: str
    families: tuple[str, ...]
    instruments: tuple[str, ...]
    largest_disbursement_minor: int | None = None
    largest_share_basis_points: int | None = None
    opens_on: date | None = None
    closes_on: date | None = None


class Broken(StrEnum):
    """Which rule a disbursement would break."""

    NO_RULES = "no_rules"
    NOT_OPEN = "not_open"
    CLOSED = "closed"
    FAMILY = "family"
    AMOUNT = "amount"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Asked:
    """A disbursement on a day, in minor units of its currency.

    `for_need_minor` is all that its need has been given or promised of the envelope, this one included; `whole_minor`
    all that the envelope has had: what it holds, and what was held back, committed or given out of it.
    """

    family: str
    amount_minor: int
    currency: str
    on: date
    for_need_minor: int
    whole_minor: int


def given_by(lines: Iterable[Line]) -> Counter[tuple[str, str, str]]:
    """What lines say that was given, in minor units, by fund, family and currency."""
    found: Counter[tuple[str, str, str]] = Counter()
    for line in lines:
        if line.account in _GIVES:
            found[line.fund, _GIVES[line.account], line.currency] += line.amount_minor
    return found


def rules_in_force(rules: Iterable[FundRules], *, on: date) -> FundRules | None:
    """The newest rules of a fund that have taken effect by a day."""
    return max(
        (one for one in rules if one.effective_on <= on), key=lambda one: one.effective_on, default=None
    )


def broken_rule(rules: FundRules | None, asked: Asked) -> Broken | None:
    """The first rule that a disbursement would break; None when the fund may give it. Without any, it gives nothing."""
    if rules is None:
        return Broken.NO_RULES
    if rules.opens_on is not None and asked.on < rules.opens_on:
        return Broken.NOT_OPEN
    if rules.closes_on is not None and asked.on > rules.closes_on:
        return Broken.CLOSED
    if asked.family not in rules.families:
        return Broken.FAMILY
    largest = rules.largest_disbursement_minor
    if largest is not None and in_cents(asked.amount_minor, asked.currency) > largest:
        return Broken.AMOUNT
    share = rules.largest_share_basis_points
    if share is not None and asked.for_need_minor * WHOLE_BASIS_POINTS > asked.whole_minor * share:
        return Broken.SHARE
    return None

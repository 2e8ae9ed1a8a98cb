"""Instalments of an investment that is paid back: given one by one, or computed; and what a repayment covers of them.

Pure sums. Amounts are minor units; principal and interest are always apart.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

MOST_INSTALMENTS = 600
"""Fifty years of months: beyond, a number is a slip."""

MOST_BASIS_POINTS = 10_000
"""A hundred per cent a year: beyond, a number is a slip. Usury is a matter of the contract."""

_A_YEAR_OF_BASIS_POINTS = 12 * 10_000


class Instalment(NamedTuple):
    """What is due on a day."""

    due_on: date
    principal_minor: int
    interest_minor: int

    @property
    def amount_minor(self) -> int:
        return self.principal_minor + self.interest_minor


class Computation(NamedTuple):
    """Instalments that follow from a few numbers: as many, every so many months from a day, at a yearly rate."""

    parts: int
    every_months: int
    first_on: date
    basis_points: int


class Covered(NamedTuple):
    """What a repayment covers: interest, principal, and what exceeds all that is owed."""

    interest_minor: int
    principal_minor: int
    excess_minor: int


def computed_instalments(wanted: Computation, *, principal_minor: int) -> tuple[Instalment, ...]:
    """As many equal parts of the principal, the first ones a cent more, so that they sum to it exactly.

    Each bears the interest of its months on what was left before it: basis points a year, twelve equal months,
    rounded half to even. A day that a month has not is its last one.
    """
    part, more = divmod(principal_minor, wanted.parts)
    left, instalments = principal_minor, []
    for number in range(wanted.parts):
        principal = part + (1 if number < more else 0)
        interest = _half_even(left * wanted.basis_points * wanted.every_months, _A_YEAR_OF_BASIS_POINTS)
        due_on = _months_after(wanted.first_on, number * wanted.every_months)
        instalments.append(Instalment(due_on, principal, interest))
        left -= principal
    return tuple(instalments)


def still_owed(
    instalments: Iterable[Instalment], *, principal_minor: int, interest_minor: int, again_on: date
) -> tuple[Instalment, ...]:
    """What is left of instalments once so much principal and interest was paid, the oldest first.

    Below zero, as when the bank took back what an earlier schedule had counted, the difference is owed first,
    on `again_on`. Instalments of which nothing is left are not in it.
    """
    principal, interest = principal_minor, interest_minor
    owed = [Instalment(again_on, max(0, -principal), max(0, -interest))]
    principal, interest = max(0, principal), max(0, interest)
    for one in sorted(instalments, key=lambda one: one.due_on):
        paid_principal, paid_interest = min(principal, one.principal_minor), min(interest, one.interest_minor)
        owed.append(
            Instalment(one.due_on, one.principal_minor - paid_principal, one.interest_minor - paid_interest)
        )
        principal, interest = principal - paid_principal, interest - paid_interest
    return tuple(one for one in owed if one.amount_minor)


def cover(owed: Sequence[Instalment], amount_minor: int) -> Covered:
    """What a repayment covers: the oldest instalment first, its interest before its principal (Code civil art. 1343-1).

    `owed` is what `still_owed` says, in its order.
    """
    left, interest, principal = amount_minor, 0, 0
    for one in owed:
        of_interest = min(left, one.interest_minor)
        of_principal = min(left - of_interest, one.principal_minor)
        interest, principal = interest + of_interest, principal + of_principal
        left -= of_interest + of_principal
    return Covered(interest, principal, left)


def _half_even(amount: int, by: int) -> int:
    whole, rest = divmod(amount, by)
    return whole + (1 if 2 * rest > by or (2 * rest == by and whole % 2) else 0)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

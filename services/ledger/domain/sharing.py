"""The local-currency share (Action 21): which policy is in force, what is split off, what a return gives back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.ledger.domain.chart import BANK, GIFTS_FOR_LOCAL_CURRENCY, LIAISON
from services.ledger.domain.entries import Line
from shared.values import NATIONAL


@dataclass(frozen=True, slots=True)
class Policy:
    """A share in basis points, in force in a territory (`00`: wherever there is none) from a day on."""

    policy_id: UUID
    territory: str
    basis_points: int
    effective_on: date


class Receipt(NamedTuple):
    """A payment as it was posted: its whole amount, the share that was split off, and what has gone back since.

    `stands`: the lines that a correction put in place of its own; none where nothing was corrected.
    """

    line_id: UUID
    fund: str
    currency: str
    instrument: str
    amount_minor: int
    share_minor: int
    returned_minor: int = 0
    stands: tuple[Line, ...] = ()


class ReturnTooLarge(Exception):
    """More would go back than is left of the payment."""


class ReturnInAnotherCurrency(Exception):
    """What goes back is not in the currency of the payment."""


class PolicyInThePast(Exception):
    """Une politique de monnaie locale ne peut pas prendre effet dans le passé : choisissez aujourd'hui ou plus tard."""


def policy_in_force(policies: Iterable[Policy], *, territory: str, on: date) -> Policy | None:
    """The newest policy in force on a day: the territory's own, else the national one, else none."""
    in_force = [policy for policy in policies if policy.effective_on <= on]
    own = [policy for policy in in_force if policy.territory == territory]
    return max(
        own or [policy for policy in in_force if policy.territory == NATIONAL],
        key=lambda policy: policy.effective_on,
        default=None,
    )


def give_back(receipt: Receipt, amount_minor: int, currency: str) -> tuple[int, Receipt]:
    """The part of a return that comes from the local-currency share, and the receipt after it.

    Pro rata of the stored share, cumulated over returns: whatever the parts, returning everything gives back
    exactly the share that had been split off. Raises ReturnTooLarge, ReturnInAnotherCurrency.
    """
    if currency != receipt.currency:
        raise ReturnInAnotherCurrency(f"payment {receipt.line_id}: {currency} for {receipt.currency}")
    after = receipt.returned_minor + amount_minor
    if after > receipt.amount_minor:
        raise ReturnTooLarge(
            f"payment {receipt.line_id}: {after} would be returned out of {receipt.amount_minor} minor units"
        )
    before_share = receipt.share_minor * receipt.returned_minor // receipt.amount_minor
    share = receipt.share_minor * after // receipt.amount_minor - before_share
    return share, receipt._replace(returned_minor=after)


def lines_back(before: Receipt, after: Receipt, *, share_minor: int) -> tuple[Line, ...]:
    """The lines of a return of a corrected payment: what stands in its place, reversed.

    Each line goes back pro rata, cumulated over returns; the last one of the bank, of the share and of the rest makes
    up for what rounding left, so that the bank's amount and `share_minor` are met to the cent, and a whole return
    reverses every line exactly.
    """
    back = after.returned_minor - before.returned_minor
    kinds: tuple[tuple[Callable[[Line], bool], int], ...] = (
        (lambda line: line.account not in (BANK, LIAISON, GIFTS_FOR_LOCAL_CURRENCY), back - share_minor),
        (lambda line: line.account == GIFTS_FOR_LOCAL_CURRENCY, share_minor),
        (lambda line: line.account in (BANK, LIAISON), -back),
    )
    found: list[Line] = []
    for is_of_kind, total in kinds:
        lines = [line for line in after.stands if is_of_kind(line)]
        parts = [
            line.amount_minor * before.returned_minor // before.amount_minor
            - line.amount_minor * after.returned_minor // after.amount_minor
            for line in lines
        ]
        if parts:
            parts[-1] += total - sum(parts)
        found += [line._replace(amount_minor=part) for line, part in zip(lines, parts, strict=True) if part]
    return tuple(found)

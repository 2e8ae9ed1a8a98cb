"""What the books must say, in plain Python and by other means than the ledger's: sums of what happened."""

import math
from collections import Counter
from dataclasses import astuple, dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from services.ledger.domain.entries import Line
from services.ledger.queries.progress import Figures

RECEIVED = ("754110", "754190", "168100", "167100", "101300", "467100")
DISBURSED = ("657100", "274000")
CORRECTABLE = ("754110", "168100", "167100", "101300", "467100", "627000", "657100", "274000")
CENTS = {"EUR": Fraction(1), "XPF": Fraction(838, 1_000)}


class Place(NamedTuple):
    """Money of a territory in one currency: nothing passes from one to another."""

    territory: str
    currency: str


def in_cents(amount_minor: int, currency: str) -> int:
    """To the nearest cent, half a cent away from zero."""
    exact = amount_minor * CENTS[currency]
    return math.floor(exact + Fraction(1, 2)) if exact >= 0 else math.ceil(exact - Fraction(1, 2))


@dataclass
class Received:
    place: Place
    fund: str
    amount_minor: int
    share_minor: int
    is_gift: bool
    returned_minor: int = 0

    @property
    def share_returned_minor(self) -> int:
        return self.share_minor * self.returned_minor // self.amount_minor


@dataclass
class Conditional:
    place: Place
    amount_minor: int
    triggered_minor: int = 0
    lapsed_minor: int = 0

    @property
    def waiting_minor(self) -> int:
        return self.amount_minor - self.triggered_minor - self.lapsed_minor


@dataclass
class Oracle:
    """Facts as they happened; every figure is computed anew from them. `promised`: what of each pledge is in force.

    `corrected`: what corrections moved, by place, fund and account, a debit above zero.
    `repaid`: principal and interest, which are in the envelope again.
    """

    policies: dict[tuple[str, date], int] = field(default_factory=dict)
    intended: Counter[Place] = field(default_factory=Counter)
    promised: dict[UUID, tuple[Place, int]] = field(default_factory=dict)
    conditional: dict[UUID, Conditional] = field(default_factory=dict)
    received: dict[UUID, Received] = field(default_factory=dict)
    shared_ten_thousandths: Counter[Place] = field(default_factory=Counter)
    suspended: Counter[str] = field(default_factory=Counter)
    fees: Counter[str] = field(default_factory=Counter)
    opening: Counter[str] = field(default_factory=Counter)
    held: Counter[tuple[Place, str]] = field(default_factory=Counter)
    disbursed: Counter[tuple[Place, str]] = field(default_factory=Counter)
    corrected: Counter[tuple[Place, str, str]] = field(default_factory=Counter)
    shared: Counter[tuple[Place, str]] = field(default_factory=Counter)
    repaid: Counter[tuple[Place, str]] = field(default_factory=Counter)
    repaid_too_much: Counter[str] = field(default_factory=Counter)
    converted: Counter[tuple[Place, str]] = field(default_factory=Counter)

    def basis_points(self, territory: str, on: date) -> int:
        for place in (territory, "00"):
            days = [day for where, day in self.policies if where == place and day <= on]
            if days:
                return self.policies[place, max(days)]
        return 0

    def receive(
        self, line_id: UUID, place: Place, *, fund: str, amount_minor: int, on: date, instrument: str
    ) -> None:
        is_gift = instrument == "gift"
        before = self.shared_ten_thousandths[place]
        after = before + amount_minor * (self.basis_points(place.territory, on) if is_gift else 0)
        self.shared_ten_thousandths[place] = after
        share = after // 10_000 - before // 10_000
        self.received[line_id] = Received(place, fund, amount_minor, share, is_gift)

    def correct(self, territory: str, wrong: list[Line], right: list[Line]) -> bool:
        """Whether a correction stands: no envelope that it moves goes below zero, or further below than it was."""
        moves: Counter[tuple[Place, str, str]] = Counter()
        for sign, lines in ((-1, wrong), (1, right)):
            for line in lines:
                moves[Place(territory, line.currency), line.fund, line.account] += sign * line.amount_minor
        envelopes = {(place, fund) for place, fund, _ in moves}
        before = {one: self.envelope(*one) for one in envelopes}
        self.corrected.update(moves)
        if all(self.envelope(*one) >= min(0, before[one]) for one in envelopes):
            return True
        self.corrected.subtract(moves)
        return False

    def moved_by_corrections(self, place: Place, accounts: tuple[str, ...]) -> int:
        return sum(
            amount
            for (where, _, account), amount in self.corrected.items()
            if where == place and account in accounts
        )

    def envelope(self, place: Place, fund: str) -> int:
        gifts = sum(
            (one.amount_minor - one.share_minor) - (one.returned_minor - one.share_returned_minor)
            for one in self.received.values()
            if one.is_gift and (one.place, one.fund) == (place, fund)
        )
        moved = sum(self.corrected[place, fund, account] for account in ("754110", *DISBURSED))
        back = self.shared[place, fund] + self.repaid[place, fund]
        return gifts + back - self.held[place, fund] - self.disbursed[place, fund] - moved

    def to_convert(self, place: Place, fund: str) -> int:
        kept = sum(
            one.share_minor - one.share_returned_minor
            for one in self.received.values()
            if (one.place, one.fund) == (place, fund)
        )
        return kept - self.converted[place, fund]

    def figures(self, territory: str) -> Figures:
        """In cents: those of each currency, each converted once."""
        converted = [
            [in_cents(amount, currency) for amount in astuple(self.figures_in(Place(territory, currency)))]
            for currency in CENTS
        ]
        return Figures(*map(sum, zip(*converted, strict=True)))

    def figures_in(self, place: Place) -> Figures:
        here = [one for one in self.received.values() if one.place == place]
        triggered = [one.triggered_minor for one in self.conditional.values() if one.place == place]
        promised = [amount for where, amount in self.promised.values() if where == place]
        return Figures(
            promised_minor=sum(promised) + sum(triggered),
            received_minor=sum(one.amount_minor - one.returned_minor for one in here)
            - self.moved_by_corrections(place, RECEIVED),
            local_currency_minor=sum(one.share_minor - one.share_returned_minor for one in here),
            disbursed_minor=sum(amount for (where, _), amount in self.disbursed.items() if where == place)
            + self.moved_by_corrections(place, DISBURSED),
            converted_minor=sum(amount for (where, _), amount in self.converted.items() if where == place),
        )

    def waiting(self, currency: str) -> int:
        """What is promised under conditions that have not triggered it."""
        return sum(one.waiting_minor for one in self.conditional.values() if one.place.currency == currency)

    def in_suspense(self, currency: str) -> int:
        """What nothing explains, and what repayments brought beyond what is owed."""
        return self.suspended[currency] + self.repaid_too_much[currency]

    def bank(self, currency: str) -> int:
        kept = sum(
            one.amount_minor - one.returned_minor
            for one in self.received.values()
            if one.place.currency == currency
        )
        out = sum(
            amount
            for (place, _), amount in (*self.disbursed.items(), *self.converted.items())
            if place.currency == currency
        )
        repaid = sum(amount for (place, _), amount in self.repaid.items() if place.currency == currency)
        return self.opening[currency] + repaid + kept + self.in_suspense(currency) - self.fees[currency] - out

    def bank_fees(self, currency: str) -> int:
        moved = sum(
            amount
            for (place, _, account), amount in self.corrected.items()
            if place.currency == currency and account == "627000"
        )
        return self.fees[currency] + moved

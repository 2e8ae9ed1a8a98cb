"""What the books must say, in plain Python and by other means than the ledger's: sums of what happened."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.ledger.queries.progress import Figures


@dataclass
class Received:
    territory: str
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
    territory: str
    amount_minor: int
    triggered_minor: int = 0
    lapsed_minor: int = 0

    @property
    def waiting_minor(self) -> int:
        return self.amount_minor - self.triggered_minor - self.lapsed_minor


@dataclass
class Oracle:
    """Facts as they happened; every figure is computed anew from them. `promised`: what of each pledge is in force."""

    policies: dict[tuple[str, date], int] = field(default_factory=dict)
    intended: Counter[str] = field(default_factory=Counter)
    promised: dict[UUID, tuple[str, int]] = field(default_factory=dict)
    conditional: dict[UUID, Conditional] = field(default_factory=dict)
    received: dict[UUID, Received] = field(default_factory=dict)
    shared_ten_thousandths: Counter[str] = field(default_factory=Counter)
    suspended: int = 0
    fees: int = 0
    opening: int = 0
    held: Counter[tuple[str, str]] = field(default_factory=Counter)
    disbursed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def basis_points(self, territory: str, on: date) -> int:
        for place in (territory, "00"):
            days = [day for where, day in self.policies if where == place and day <= on]
            if days:
                return self.policies[place, max(days)]
        return 0

    def receive(
        self, line_id: UUID, *, territory: str, fund: str, amount_minor: int, on: date, instrument: str
    ) -> None:
        is_gift = instrument == "gift"
        before = self.shared_ten_thousandths[territory]
        after = before + amount_minor * (self.basis_points(territory, on) if is_gift else 0)
        self.shared_ten_thousandths[territory] = after
        share = after // 10_000 - before // 10_000
        self.received[line_id] = Received(territory, fund, amount_minor, share, is_gift)

    def envelope(self, territory: str, fund: str) -> int:
        gifts = sum(
            (one.amount_minor - one.share_minor) - (one.returned_minor - one.share_returned_minor)
            for one in self.received.values()
            if one.is_gift and (one.territory, one.fund) == (territory, fund)
        )
        return gifts - self.held[territory, fund] - self.disbursed[territory, fund]

    def figures(self, territory: str) -> Figures:
        here = [one for one in self.received.values() if one.territory == territory]
        triggered = [one.triggered_minor for one in self.conditional.values() if one.territory == territory]
        promised = [amount for place, amount in self.promised.values() if place == territory]
        return Figures(
            promised_minor=sum(promised) + sum(triggered),
            received_minor=sum(one.amount_minor - one.returned_minor for one in here),
            local_currency_minor=sum(one.share_minor - one.share_returned_minor for one in here),
            disbursed_minor=sum(
                amount for (place, _), amount in self.disbursed.items() if place == territory
            ),
        )

    @property
    def waiting(self) -> int:
        """What is promised under conditions that have not triggered it."""
        return sum(one.waiting_minor for one in self.conditional.values())

    @property
    def bank(self) -> int:
        kept = sum(one.amount_minor - one.returned_minor for one in self.received.values())
        return self.opening + kept + self.suspended - self.fees - sum(self.disbursed.values())

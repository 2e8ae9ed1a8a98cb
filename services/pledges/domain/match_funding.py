"""Match funding (« 1 € pour 1 € »): what each payment triggers of the promises that match it.

Each euro of a payment is matched once, at the highest ratio that is still offered (decision 0016). Those who offer that
ratio share it in proportion to what they have left, to the cent; what finds them exhausted goes on to the next ratio.
Pure: the matchers are moved along, payment after payment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from shared.values import BASIS_POINTS


@dataclass(slots=True, kw_only=True)
class Matcher:
    """An open promise of match funding. `territory` None: payments of every territory; both days are counted in.

    `ratio_basis_points`: 10 000 is one euro for each euro. `cap_minor` is the amount of the pledge.
    """

    pledge_id: UUID
    person_id: UUID
    territory: str | None
    fund: str
    ratio_basis_points: int
    from_on: date
    until_on: date
    cap_minor: int
    triggered_minor: int = 0

    @property
    def remaining_minor(self) -> int:
        return self.cap_minor - self.triggered_minor

    def matches(self, payment: "Payment") -> bool:
        """Whether it is somebody else's payment, in scope and in time. The bank's date counts, not the import's."""
        return (
            self.territory in (None, payment.territory)
            and self.fund == payment.fund
            and self.from_on <= payment.booked_on <= self.until_on
            and self.person_id != payment.person_id
        )


class Payment(NamedTuple):
    """A payment of an ordinary pledge: a received bank line, or an allocation. `person_id` is who promised."""

    payment_id: UUID
    person_id: UUID
    territory: str
    fund: str
    booked_on: date
    amount_minor: int


class Share(NamedTuple):
    """What one payment triggered of one promise."""

    payment_id: UUID
    pledge_id: UUID
    amount_minor: int


def match(payment: Payment, matchers: Iterable[Matcher]) -> list[Share]:
    """What a payment triggers; the matchers have that much less left."""
    open_ = [one for one in matchers if one.remaining_minor > 0 and one.matches(payment)]
    rest = payment.amount_minor
    shares = []
    for ratio in sorted({one.ratio_basis_points for one in open_}, reverse=True):
        level = sorted(
            (one for one in open_ if one.ratio_basis_points == ratio), key=lambda one: one.pledge_id
        )
        wanted = rest * ratio // BASIS_POINTS  # what is left of a cent is matched by nobody
        given = min(wanted, sum(one.remaining_minor for one in level))
        for one, part in zip(
            level, in_proportion(given, [one.remaining_minor for one in level]), strict=True
        ):
            one.triggered_minor += part
            if part:
                shares.append(Share(payment.payment_id, one.pledge_id, part))
        if given == wanted:
            break
        rest -= -(-given * BASIS_POINTS // ratio)  # rounded up: no part of a cent is matched twice
    return shares


def in_proportion(total_minor: int, weights: Sequence[int]) -> list[int]:
    """A total of at most Σ weights, by largest remainders: sums to the total, and no part is above its weight.

    Equal remainders: the earlier in the list.
    """
    whole = sum(weights)
    if not total_minor:
        return [0] * len(weights)
    parts = [total_minor * weight // whole for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda place: (-(total_minor * weights[place] % whole), place)
    )
    for place in by_remainder[: total_minor - sum(parts)]:
        parts[place] += 1
    return parts


def reversed_minor(share_minor: int, *, payment_minor: int, returned_minor: int) -> int:
    """What is taken back of a share by now, when so much of its payment went back.

    Pro rata and cumulated: whatever the parts, a payment that went back whole takes back exactly what it had triggered.
    """
    return share_minor * returned_minor // payment_minor

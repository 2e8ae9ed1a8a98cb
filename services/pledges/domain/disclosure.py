"""What may be published of sums that few people stand behind.

With one funder the sum is theirs; with two, each learns the other's; from three on nobody can. What fewer promise is
put together with the other small groups, which are published as one if enough people stand behind them. Whoever
compares two days still sees what was promised in between, by whomever.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

FEWEST = 3
"""People behind a published sum."""

OTHERS = ""
"""The key of all small groups together."""


class Offer(NamedTuple):
    """What one person promises in one group; amounts in minor units."""

    key: str
    person_id: UUID
    offered_minor: int
    triggered_minor: int = 0


class Group(NamedTuple):
    """A group as it is published: without figures where fewer than `FEWEST` people stand behind them."""

    key: str
    people: int | None
    offered_minor: int | None
    triggered_minor: int | None


def published(offers: Iterable[Offer]) -> list[Group]:
    """The groups in the order of their keys, small ones without figures; last, all small ones together if enough."""
    by_key: dict[str, list[Offer]] = defaultdict(list)
    for offer in offers:
        by_key[offer.key].append(offer)
    groups = [_group(key, by_key[key]) for key in sorted(by_key)]
    small = [offer for group in groups if group.people is None for offer in by_key[group.key]]
    together = _group(OTHERS, small)
    return groups if together.people is None else [*groups, together]


def _group(key: str, offers: list[Offer]) -> Group:
    people = len({offer.person_id for offer in offers})
    if people < FEWEST:
        return Group(key, None, None, None)
    offered, triggered = (
        sum(offer.offered_minor for offer in offers),
        sum(offer.triggered_minor for offer in offers),
    )
    return Group(key, people, offered, triggered)

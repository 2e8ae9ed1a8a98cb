"""Which faults a seed brings, in which order."""

import itertools
import random
from collections.abc import Collection, Iterator, Sequence

from deploy.trials.chaos.faults import KILLS, OTHERS

OTHERS_PER_KILL = 1 / 3


def schedule(*, kills: int, seed: int, only: Collection[str] = ()) -> Iterator[str]:
    """The kinds of faults of a seed, in order: so many kills, and others between them; every kind in its turn.

    `only` some kinds: then as many faults of them.
    """
    chance = random.Random(seed)  # noqa: S311 - faults that can be repeated
    if only:
        yield from itertools.islice(_in_turn(sorted(only), chance), kills)
        return
    deadly, milder = _in_turn(list(KILLS), chance), _in_turn(list(OTHERS), chance)
    owed = 0.5
    for _ in range(kills):
        yield next(deadly)
        owed += OTHERS_PER_KILL
        while owed >= 1:
            owed -= 1
            yield next(milder)


def _in_turn(kinds: Sequence[str], chance: random.Random) -> Iterator[str]:
    while True:
        yield from chance.sample(kinds, len(kinds))

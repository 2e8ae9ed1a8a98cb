"""Programs die, or stop and go on as if nothing had happened."""

import asyncio
from collections.abc import Sequence
from random import Random

from deploy.trials.chaos.programs import NotYet
from deploy.trials.chaos.site import Site
from shared.bus.leases import DEAD_AFTER_SECONDS

FROZEN_SECONDS = (DEAD_AFTER_SECONDS + 1, DEAD_AFTER_SECONDS + 3)
"""Longer than a lease lives: whoever wakes up holds lanes that another one serves by now."""


async def kill_one_of(site: Site, chance: Random, *, names: Sequence[str]) -> str:
    """`kill -9` of one of these. Raises NotYet while it is dead already."""
    name = chance.choice(names)
    site.programs.kill(name)
    return name


async def kill_a_broker(site: Site, chance: Random) -> str:
    """`kill -9` of the broker, or of one of its nodes once all have what the others have: never two at once."""
    if len(site.brokers) > 1 and not await asyncio.to_thread(site.stage.broker.is_whole):
        raise NotYet("broker")
    return await kill_one_of(site, chance, names=site.brokers)


async def freeze_one_of(site: Site, chance: Random, *, names: Sequence[str]) -> str:
    """Stop one of these for longer than its lease, then let it go on. Raises NotYet while it is dead."""
    name = chance.choice(names)
    await site.programs.freeze(name, seconds=chance.uniform(*FROZEN_SECONDS))
    return name

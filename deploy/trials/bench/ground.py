"""Where isolation is tried: a ledger at work on a stage, ten quiet lanes, and the lanes that something happens to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import httpx
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.local.errors import PlatformError
from deploy.trials.facts import payments
from deploy.trials.lanes import administration, fill, publisher, until_read, until_served
from deploy.trials.stage import Stage
from shared.bus.topology import stream_of

QUIET = ("05", "09", "15", "19", "23", "36", "48", "52", "55", "58")
QUIET_PER_SECOND = 5.0
"""On each quiet lane. Ten of them make fifty transactions a second: awake, far from busy."""

FLOODED, POISONED, UNREADABLE, LOCKED, FULL = "75", "13", "59", "69", "31"
HANGING = ("33", "34", "35", "44", "67", "06", "38", "62")
DISTURBED = (FLOODED, POISONED, UNREADABLE, LOCKED, FULL, *HANGING)

START_SECONDS = 60
CALM_SECONDS = 0.5


class LaneStuck(PlatformError):
    """« Des voies n’avancent plus … »"""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(
            f"Des voies n’avancent plus ({', '.join(codes)}) : leur lot en main échoue et recommence sans fin."
        )


@dataclass
class Ground:
    """What disturbances work with: the user of pledges, the topology's, and the ledger's on its books.

    `hanging` is how many lanes the case « hang » lets hang at one time.
    """

    stage: Stage
    client: Client
    jetstream: JetStreamContext
    books: asyncpg.Connection
    hanging: int = 1

    async def publish_one_each(self, *codes: str) -> None:
        """One fact on each of these lanes."""
        await fill(self.client, payments(len(codes), territories=codes))

    async def calm(self, *codes: str) -> None:
        """Throw away what is left on disturbed lanes, and wait until nothing moves any more."""
        for code in codes:
            await self.jetstream.purge_stream(stream_of(code))
        try:
            await until_read(self.jetstream, codes)
        except TimeoutError:
            raise LaneStuck(codes) from None
        await asyncio.sleep(CALM_SECONDS)


@asynccontextmanager
async def ground(stage: Stage, *, processes: int, hanging: int) -> AsyncIterator[Ground]:
    """The ledger's own program serves every lane, and each lane has had its first entry."""
    books = await asyncpg.connect(stage.cluster.app_url("ledger"))
    async with publisher(stage) as client, administration(stage) as jetstream:
        for number in range(processes):
            stage.process("ledger", name=f"ledger-{number}", roles="lanes").start()
        await until_served(books)
        found = Ground(stage, client, jetstream, books, hanging=hanging)
        await found.publish_one_each(*QUIET, *DISTURBED)
        await until_read(jetstream, (*QUIET, *DISTURBED))
        yield found
    await books.close()


async def start_pledges(stage: Stage) -> str:
    """Start the program of pledges, its API and its relay; returns its socket once it answers."""
    child = stage.process("pledges", roles="api,relay")
    child.start()
    socket = str(stage.socket_of("pledges"))

    def is_ready() -> bool:
        try:
            with httpx.Client(transport=httpx.HTTPTransport(uds=socket)) as http:
                return http.get("http://localhost/health/ready").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    await asyncio.to_thread(child.wait_until, is_ready, within_seconds=START_SECONDS)
    return socket

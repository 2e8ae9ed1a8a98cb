"""One run: the load plays, faults come one after the other, everything heals, money is counted."""

import asyncio
import random
import shutil
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import structlog
from nats.errors import Error as NatsError

from deploy.trials.chaos import counting, recovery
from deploy.trials.chaos.faults import FAULTS
from deploy.trials.chaos.load import Load
from deploy.trials.chaos.outcome import Outcome, Struck
from deploy.trials.chaos.plan import LINES_A_DAY, Plan
from deploy.trials.chaos.programs import NotYet
from deploy.trials.chaos.site import SERVICES, Site
from deploy.trials.stage import stage
from services.ledger.queries.verify import verify
from shared.database.engine import engine_for

log = structlog.get_logger(__name__)

STORE_BYTES = 512 << 20
"""Some 4.5 MiB for each lane: full within a second when a fault fills it, and purged by the load alone too."""

FLOWING_SECONDS = 90.0
"""Eight programs start side by side on whatever cores there are."""

WARM_SECONDS = 3.0
RECOVERED_SECONDS = 60.0
"""A breaker rests for half of this at most; a lane that takes longer has not recovered by itself."""

QUIET_SECONDS = 180.0
PAUSE_SECONDS = (0.2, 1.5)
PUT_OFF_SECONDS = 0.2

NOT_NOW = (NotYet, OSError, NatsError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What says that a fault has nothing to strike at this moment, since another one has struck it."""

TOGETHER = 0.25
"""The share of faults that do not wait until the one before has healed: trouble seldom comes alone."""


def run(
    *,
    kinds: Sequence[str],
    seed: int,
    nodes: int = 1,
    seconds: float | None = None,
    lines_a_day: int = LINES_A_DAY,
    together: float = TOGETHER,
) -> Outcome:
    """Play the faults of these kinds under the load of this seed, none after `seconds`; count at the end."""
    folder = Path(tempfile.mkdtemp(prefix="milliard-"))
    folder.chmod(0o711)  # as root, the database has an account of its own: it passes through
    places = folder / "home", folder / "run"
    for place in places:
        place.mkdir()
        place.chmod(0o755)
    is_right = False
    try:
        with stage(SERVICES, at=places, nodes=nodes, store_bytes=STORE_BYTES) as found:
            plan = Plan(seed=seed, lines_a_day=lines_a_day)
            trial = _Trial(Site(found, plan.territories), plan, seed=seed, nodes=nodes, together=together)
            outcome = asyncio.run(trial.run(kinds, seconds=seconds))
        is_right = outcome.is_right
        outcome.home = None if is_right else places[0]
    finally:
        if is_right:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            log.error("home_kept", home=str(places[0]), seed=seed)
    return outcome


class _Trial:
    def __init__(self, site: Site, plan: Plan, *, seed: int, nodes: int, together: float) -> None:
        self._site = site
        self._together = together
        self._chance = random.Random(f"faults of {seed}")  # noqa: S311
        self._load = Load(plan, socket=site.stage.socket_of("pledges-api"), home=site.stage.home)
        self._stopped = asyncio.Event()
        self._began = time.monotonic()
        self._outcome = Outcome(seed=seed, nodes=nodes)

    async def run(self, kinds: Sequence[str], *, seconds: float | None) -> Outcome:
        self._site.start()
        keeping = asyncio.create_task(self._site.programs.keep_running())
        load = asyncio.create_task(self._load.play(self._stopped))
        faults = asyncio.create_task(self._strike_all(kinds, seconds=seconds))
        try:
            await asyncio.wait([load, faults], return_when=asyncio.FIRST_COMPLETED)
            if load.done():
                await load  # it ends by itself only by what it was refused
            await faults
            self._stopped.set()
            await load
            self._outcome.load_seconds = self._load.seconds
            await self._until_quiet()
            await self._count()
        finally:
            for task in (load, faults, keeping):
                task.cancel()
            await asyncio.gather(load, faults, keeping, return_exceptions=True)
        self._outcome.seconds = time.monotonic() - self._began
        return self._outcome

    async def _strike_all(self, kinds: Sequence[str], *, seconds: float | None) -> None:
        await self._until_flowing()
        overlapped = False
        for kind in kinds:
            if seconds is not None and time.monotonic() - self._began > seconds:
                break
            await self._strike(kind, overlapped=overlapped)
            overlapped = self._chance.random() < self._together
            if not overlapped:
                await asyncio.sleep(recovery.NEXT_SECOND.total_seconds())
                if not await recovery.until_posted(self._site, within_seconds=RECOVERED_SECONDS):
                    log.error("lanes_not_recovered", after=kind, within_seconds=RECOVERED_SECONDS)
            await asyncio.sleep(self._chance.uniform(*PAUSE_SECONDS))

    async def _strike(self, kind: str, *, overlapped: bool) -> None:
        """Let a fault happen once what it needs is there: nothing is deleted on a broker that is down."""
        chance = random.Random(self._chance.random())  # noqa: S311 - what a fault draws changes no later one
        deadline = time.monotonic() + RECOVERED_SECONDS
        while time.monotonic() < deadline:
            at, after = datetime.now(UTC), round(time.monotonic() - self._began, 2)
            try:
                async with asyncio.timeout(RECOVERED_SECONDS):
                    target = await FAULTS[kind](self._site, chance)
            except NOT_NOW as error:
                log.debug("fault_put_off", kind=kind, error=type(error).__name__)
                await asyncio.sleep(PUT_OFF_SECONDS)
                continue
            self._outcome.struck.append(Struck(kind, target, at, after, overlapped))
            log.info("fault", kind=kind, target=target, after_seconds=after, overlapped=overlapped)
            return
        log.error("fault_impossible", kind=kind)

    async def _until_flowing(self) -> None:
        """Return once money passes from a file to the ledger: what is struck is to be under load."""
        async with asyncio.timeout(FLOWING_SECONDS):
            while not self._load.days:  # noqa: ASYNC110 - once, at the start
                await asyncio.sleep(0.1)
        await recovery.until_posted(self._site, within_seconds=RECOVERED_SECONDS)
        await asyncio.sleep(WARM_SECONDS)

    async def _until_quiet(self) -> None:
        """Let all that was recorded be posted and proved; what is not by then is found missing by the count."""
        statements = len(self._load.days)
        is_posted = await recovery.until_posted(self._site, within_seconds=QUIET_SECONDS)
        if not is_posted or not await recovery.until_proved(
            self._site, statements=statements, within_seconds=RECOVERED_SECONDS
        ):
            log.error("not_quiet", is_posted=is_posted)

    async def _count(self) -> None:
        site, outcome = self._site, self._outcome
        bank = counting.planned(self._load.lines, self._load.promises)
        async with site.database("pledges") as pledges, site.database("ledger") as ledger:
            rows, names = await counting.in_pledges(pledges)
            outcome.count = counting.compare(bank, rows, await counting.in_ledger(ledger, names))
            outcome.parked = await ledger.fetchval("select count(*) from parked_events")
            outcome.recoveries = recovery.recoveries(await recovery.waits(pledges, ledger), outcome.moments)
        outcome.count.add_problems(await self._wrong_in_the_books())
        outcome.statements = len(self._load.days)
        outcome.refusals = dict(self._load.refusals)
        outcome.restarts = site.programs.restarts

    async def _wrong_in_the_books(self) -> list[str]:
        """What the ledger's own verification finds: chains, balances, totals, and statements that are not proved."""
        engine = engine_for(
            self._site.stage.cluster.app_url("ledger"), pool_size=1, application="milliard-chaos"
        )
        try:
            found = await verify(engine)
        finally:
            await engine.dispose()
        unproved = len(self._load.days) - found.proved_statements
        return [*found.problems, *([f"{unproved} statements are not proved"] if unproved else [])]

"""Runs one service until SIGTERM: HTTP on its socket at once, lanes and relay as soon as the broker is there."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Coroutine, Set
from contextlib import suppress
from typing import Any

import structlog
import uvicorn
from nats.aio.client import Client

from shared import telemetry
from shared.bus import history
from shared.bus.connection import connect, leave
from shared.bus.ending import end
from shared.bus.lanes import PERSONAL_STREAMS, Lanes, territory_streams
from shared.bus.leases import Leases
from shared.bus.places import Places
from shared.outbox import Relay
from shared.outbox.relay import RESOURCE as RELAY
from shared.runtime.health import READY, database_standing
from shared.runtime.measuring import Measuring
from shared.runtime.service import Service

log = structlog.get_logger(__name__)

DATABASE_SECONDS = 0.5
COLLECT_AFTER = 50_000
"""New objects between two collections: a batch makes some 20 000, which reference counts free when it is done;
Python's 700 made it look at half of them several times over."""

STOP_SECONDS = 10
"""A clean stop finishes its batches and requests within this; the supervisor kills after 15 s."""


def run(service: Service) -> None:
    """Run a service in this process."""
    telemetry.configure(service.name)
    gc.freeze()  # what was imported lives for ever: collections need not look at it again
    gc.set_threshold(COLLECT_AFTER)
    asyncio.run(_run(service))


async def _run(service: Service) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    tasks = []
    server = None
    if "api" in service.settings.roles:
        server = _http_server(service)
        tasks.append(asyncio.create_task(server.serve()))
    bus = asyncio.create_task(serve_bus(service, stopped))
    tasks.append(bus)
    log.info("service_started", service=service.name, roles=service.settings.roles)
    waiting = asyncio.create_task(stopped.wait())
    await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
    stopped.set()
    if server is not None:
        server.should_exit = True
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await asyncio.gather(*tasks)
    except TimeoutError:
        log.warning("service_stopped_late", service=service.name)
    await service.database.close()
    log.info("service_stopped", service=service.name)


def _http_server(service: Service) -> uvicorn.Server:
    listen = service.settings.listen
    if listen.startswith("unix:"):
        where: dict[str, object] = {"uds": listen.removeprefix("unix:")}
    else:
        host, _, port = listen.rpartition(":")
        where = {"host": host, "port": int(port)}
    server = uvicorn.Server(
        uvicorn.Config(
            service.app,
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=3,  # pages that listen to progress never end by themselves
            proxy_headers=True,
            forwarded_allow_ips="*",  # the gateway alone comes here: over the socket, or in a network of its own
            **where,  # type: ignore[arg-type]
        )
    )
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    return server


async def serve_bus(service: Service, stopped: asyncio.Event) -> None:
    """Everything that needs database and broker, and the service's own background tasks."""
    settings = service.settings
    if not await _until_migrated(service, stopped):
        return
    client = await _unless(
        stopped, lambda: connect(settings.nats_url, service=service.name, name=f"{service.name}-relay")
    )
    if client is None:
        return
    service.bus = client
    if settings.personal_nats_url:
        service.personal = await _unless(
            stopped,
            lambda: connect(
                str(settings.personal_nats_url), service=service.name, name=f"{service.name}-personal"
            ),
        )
        if service.personal is None:
            return
    for start in service.startup:
        await start()
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(_forever(task)) for task in service.background]
        relay = Relay(database=service.database, client=client, personal=service.personal)
        service.database.on_commit = relay.wake
        lanes = await _lanes(service) if "lanes" in settings.roles else []
        owner = {resource: one for one in lanes for resource in one.resources}

        async def gained(resource: str, epoch: int) -> None:
            if resource == RELAY:
                relay.gain(epoch)
            else:
                await owner[resource].gain(resource, epoch)

        async def lost(resource: str) -> None:
            if resource == RELAY:
                relay.lose()
            else:
                await owner[resource].lose(resource)

        def pauses(paused: Set[str]) -> None:
            for one in lanes:
                one.pause(paused)

        resources = [*owner, *([RELAY] if "relay" in settings.roles else [])]
        leases = Leases(
            database=service.database, resources=resources, on_gained=gained, on_lost=lost, on_pauses=pauses
        )
        # A process with neither lanes nor relay must not count among those that share them.
        beating = [group.create_task(leases.run())] if resources else []
        running.append(group.create_task(history.forget_old(service.database)))
        if "relay" in settings.roles:
            running += [group.create_task(relay.run()), group.create_task(relay.forget_old())]
        running += [group.create_task(one.retry_waiting()) for one in lanes]
        if telemetry.exports():
            measuring = Measuring(service=service, relay=relay, lanes=lanes)
            running.append(group.create_task(_forever(measuring.run)))
        await stopped.wait()
        await end(*beating)  # before leases are given back: a beat cut short holds their connection
        await asyncio.gather(leases.release(), end(*running), return_exceptions=True)
        for one in lanes:
            await one.close()
        for connection in (client, service.personal):
            if connection is not None:
                await leave(connection)


async def _until_migrated(service: Service, stopped: asyncio.Event) -> bool:
    """Wait until the database has this release's tables; False when the service was stopped first."""
    while not stopped.is_set():
        if (standing := await database_standing(service)) == READY:
            return True
        log.info("database_awaited", service=service.name, standing=standing)
        with suppress(TimeoutError):
            async with asyncio.timeout(DATABASE_SECONDS):
                await stopped.wait()
    return False


async def _lanes(service: Service) -> list[Lanes]:
    settings = service.settings
    places = Places(settings.concurrent_batches, aside=settings.slow_batches)
    found = [
        Lanes(
            service=service.name,
            url=settings.nats_url,
            database=service.database,
            handlers=service.handlers,
            streams=territory_streams(settings.served_lanes()),
            places=places,
            batch_size=settings.batch_size,
            deadline_seconds=settings.batch_deadline_seconds,
        )
    ]
    if service.personal_handlers is not None and settings.personal_nats_url:
        found.append(
            Lanes(
                service=service.name,
                url=settings.personal_nats_url,
                database=service.database,
                handlers=service.personal_handlers,
                streams=PERSONAL_STREAMS,
                places=Places(1, aside=1),
                batch_size=settings.batch_size,
                deadline_seconds=settings.batch_deadline_seconds,
            )
        )
    for one in found:
        await one.broker.connect()
    return found


async def _unless(
    stopped: asyncio.Event, connecting: Callable[[], Coroutine[Any, Any, Client]]
) -> Client | None:
    """Wait for a connection, or for the service to be stopped first (then None)."""
    task = asyncio.create_task(connecting())
    waiting = asyncio.ensure_future(stopped.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        return task.result()
    await end(task)
    return None


async def _forever(task: Callable[[], Awaitable[None]]) -> None:
    """Run a background task; when it fails it is logged and started again."""
    while True:
        try:
            await task()
        except Exception as error:
            log.error("background_task_failed", task=task.__qualname__, error=type(error).__name__)
        await asyncio.sleep(1)

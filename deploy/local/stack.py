"""The platform put together: which programs there are, what starts before what, and what stops first."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import Any

from deploy.local.broker import SERVICES, Broker
from deploy.local.child import Child
from deploy.local.cluster import Cluster
from deploy.local.commands import Commands
from deploy.local.databases import Databases
from deploy.local.display import Display
from deploy.local.environments import Environments
from deploy.local.gateway import Gateway
from deploy.local.home import Home
from deploy.local.mail import MailCatcher
from deploy.local.probe import answers
from deploy.local.settings import Settings

CHECKOUT = Path(__file__).parents[2]
TASK_SECONDS = 120
MIGRATION_SECONDS = 1800  # some 15 µs for each row of a table that is rewritten (measured): 100 million
SERVICE_SECONDS = 60  # a slow machine imports five services at once


class Stack:
    """All programs of one home. `children` are those to watch over, once `start` has returned."""

    def __init__(self, *, home: Home, settings: Settings, commands: Commands, lock: int) -> None:
        runtime = home.runtime
        kept = (lock,)
        self._settings = settings
        self._sockets = {service: runtime / f"{service}.sock" for service in SERVICES}
        self._broker = Broker(home.path, runtime, kept=kept)
        self._cluster = None if settings.database_url else Cluster(home.path, runtime, kept=kept)
        self._databases = self._cluster or Databases(home=home.path, admin_url=settings.database_url or "")
        self._mail = None if settings.smtp_url else MailCatcher(home=home.path, kept=kept)
        self._gateway = Gateway(
            home=home.path,
            runtime=runtime,
            bind=settings.bind,
            port=settings.port,
            sockets=self._sockets,
            kept=kept,
        )
        environments = Environments(
            home=home.path,
            public_url=settings.public_url,
            broker=self._broker,
            databases=self._databases,
            sockets=self._sockets,
            smtp_url=self._mail.smtp_url if self._mail else settings.smtp_url or "",
        )
        program = partial(_program, home=home.path, kept=kept)
        self._services = {
            service: program(service, commands.services[service], environments.for_service(service))
            for service in SERVICES
        }
        self._migrations = program("migrations", commands.migrations, environments.for_migrations())
        self._topology = program("topology", commands.topology, environments.for_topology())
        self._keeper = program("keeper", commands.keeper, environments.for_topology())
        self.campaign = (
            program("campaign", commands.campaign, environments.for_program()) if commands.campaign else None
        )

    @property
    def children(self) -> list[Child]:
        """The programs that are to run all the time."""
        return [child for stage in self._stages() for child in stage]

    @property
    def places_apart(self) -> list[Path]:
        """Folders outside the home that had to be made for the database."""
        return self._cluster.places_apart if self._cluster else []

    @property
    def mail_url(self) -> str | None:
        """Where mails are read; None when they are really sent."""
        return self._mail.web_url if self._mail else None

    def start(self, display: Display) -> None:
        """Start everything; returns when the page answers. Raises StartFailed and what the parts raise.

        What does not need one another starts side by side: a second start takes seconds.
        """
        with display.steps(), ThreadPoolExecutor(thread_name_prefix="start") as threads:
            try:
                self._start(display, threads)
            except BaseException:
                self.stop()  # first, so that the threads that wait for a child see its end
                raise

    def _start(self, display: Display, threads: ThreadPoolExecutor) -> None:
        def begin(title: str, work: Callable[[], object]) -> "Future[None]":
            def shown() -> None:
                with display.step(title):
                    work()

            return threads.submit(shown)

        # The services read their programs meanwhile, which takes longest; they wait for tables and lanes by themselves.
        for service in self._services.values():
            service.start()
        first = [
            begin("Bus d’événements", self._broker.start),
            begin("Base de données", self._start_databases),
            *([begin("Boîte aux courriels", self._mail.start)] if self._mail else []),
        ]
        _wait_for_all(first)
        topology = begin("Files des territoires", partial(self._topology.run, within_seconds=TASK_SECONDS))
        _wait_for_all(
            [begin("Tables des services", partial(self._migrations.run, within_seconds=MIGRATION_SECONDS))]
        )
        ready = [begin(f"Service {name}", partial(self._wait_for, name)) for name in self._services]
        _wait_for_all([topology, *ready])
        self._keeper.start()
        _wait_for_all([begin("Page publique", self._gateway.start)])

    def stop(self) -> None:
        """Stop everything: first what calls others, last what keeps the data."""
        tasks = [task for task in (self.campaign, self._migrations, self._topology) if task]
        for stage in [tasks, *self._stages()]:
            for child in stage:
                child.ask_to_end()
            for child in stage:
                child.stop()

    def _stages(self) -> list[list[Child]]:
        """The lasting programs in the order in which they stop; those of one stage stop together."""
        mail = [self._mail.child] if self._mail else []
        cluster = [self._cluster.child] if self._cluster else []
        services = [*self._services.values(), self._keeper]
        return [[self._gateway.child], services, [*mail, self._broker.child], cluster]

    def _start_databases(self) -> None:
        self._databases.start()
        self._databases.provision()

    def _wait_for(self, service: str) -> None:
        self._services[service].wait_until(
            lambda: answers(self._sockets[service], "/health/ready"), within_seconds=SERVICE_SECONDS
        )

    def describe(self) -> dict[str, Any]:
        """Where everything answers, with the passwords: for the commands of this machine's operator."""
        return {
            "pid": os.getpid(),
            "public_url": self._settings.public_url,
            "mail_url": self.mail_url,
            "monitor_url": self._broker.monitor_url,
            "services": {service: f"unix:{socket}" for service, socket in self._sockets.items()},
            "database_urls": {service: self._databases.app_url(service) for service in SERVICES},
            "owner_database_urls": {service: self._databases.owner_url(service) for service in SERVICES},
            "nats_urls": {service: self._broker.url_for(service) for service in SERVICES},
            "topology_nats_url": self._broker.topology_url,
            "topology_personal_nats_url": self._broker.topology_personal_url,
            "integrator_nats_url": self._broker.integrator_url,
        }


def _wait_for_all(works: Sequence["Future[None]"]) -> None:
    """Return when all are done; raises what the first of them raises, without waiting for the others."""
    for work in as_completed(works):
        work.result()


def _program(
    name: str,
    command: Sequence[str | Path],
    environment: dict[str, str],
    *,
    home: Path,
    kept: tuple[int, ...],
) -> Child:
    return Child(
        name=name,
        command=command,
        log=home / "logs" / f"{name}.log",
        environment=environment,
        kept=kept,
        folder=CHECKOUT,
    )

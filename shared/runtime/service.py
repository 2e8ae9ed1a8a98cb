"""A service put together: what bootstrap makes, and what production and tests both run."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import APIRouter, FastAPI
from nats.aio.client import Client

from shared.bus import Handlers
from shared.database import Database, Work
from shared.database.work import EventTooLarge
from shared.events import Event
from shared.events.hearing import heard_on_lanes, heard_personally
from shared.identity import SessionVerifier
from shared.identity.projection import hear_identity
from shared.operations.api import operations_routes
from shared.operations.resending import resending_routes
from shared.runtime.health import health_routes
from shared.settings import ServiceSettings
from shared.telemetry.requests import MEASURES, RequestTraces
from shared.web.errors import install_errors
from shared.web.security import install_security

BackgroundTask = Callable[[], Awaitable[None]]
Measure = Callable[[Work], Awaitable[None]]


@dataclass
class Service:
    """One of the five: its name, its rooms, and the background tasks that it needs beside lanes and relay.

    `handlers` are heard on the territories' lanes, `personal_handlers` on stream `PERSONAL`. `startup` runs
    once the broker is reached, before lanes and requests; `background` tasks run until the service stops.
    `measures` show figures of its own to operators (`shared.runtime.measuring`).
    `bus` is the connection to the account of the events, `personal` the one to the account of personal data
    where the service has one; both once the broker was reached. `ahead`: how much later it is for this service than
    the machine's clock says.
    """

    name: str
    settings: ServiceSettings
    handlers: Handlers
    routers: tuple[APIRouter, ...] = ()
    personal_handlers: Handlers | None = None
    startup: list[BackgroundTask] = field(default_factory=list)
    background: list[BackgroundTask] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    statuses: dict[type[Exception], int] = field(default_factory=dict)
    ahead: timedelta = timedelta()

    bus: Client | None = field(default=None, init=False)
    personal: Client | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        hear_identity(self.handlers)
        _check_hearing(self.handlers, heard_on_lanes(self.name))
        if self.personal_handlers is not None:
            _check_hearing(self.personal_handlers, heard_personally(self.name))
        self.database = Database(
            url=self.settings.database_url,
            service=self.name,
            pool_size=self.settings.pool_size,
            ahead=self.ahead,
        )
        self.sessions = SessionVerifier(
            find_key=self._find_key, operator_key_file=self.settings.operator_public_key_file
        )
        self.app = self._application()

    def _application(self) -> FastAPI:
        prefix = f"/api/{self.name}"
        app = FastAPI(
            title=f"Milliard · {self.name}",
            openapi_url=f"{prefix}/openapi.json",
            docs_url=None,
            redoc_url=None,
            telemetry=MEASURES,
        )
        app.state.service = self
        app.state.database = self.database
        app.state.sessions = self.sessions
        app.state.settings = self.settings
        for router in (health_routes(self), operations_routes(self), resending_routes(self), *self.routers):
            app.include_router(router)
        install_errors(app, statuses={EventTooLarge: 413, **self.statuses})
        install_security(app, public_url=self.settings.public_url)
        app.add_middleware(RequestTraces)  # last, so around all others
        return app

    async def _find_key(self, key_id: str) -> str | None:
        async with self.database.begin() as work:
            found = await work.execute(
                "select public_key from signing_keys where key_id = :id and valid_until > now()", id=key_id
            )
            return found.scalar()


def _check_hearing(handlers: Handlers, expected: tuple[type[Event], ...]) -> None:
    """Consumers are made from `shared.events.hearing`: what a service handles must be what it is sent."""
    if set(handlers.contracts) != set(expected):
        differ = {contract.type for contract in set(handlers.contracts) ^ set(expected)}
        raise ValueError(f"handlers and shared/events/hearing.py differ: {', '.join(sorted(differ))}")

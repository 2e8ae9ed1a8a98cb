"""Lanes of the five services on their real databases; what fails is not tried three times over."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from services.notifications.handlers import personal_handlers
from services.notifications.operations import PersonKeys
from services.notifications.settings import Settings
from services.notifications.wrapping import KeyWrapping
from shared.inbox import batch
from shared.runtime import Service
from tests.contracts.lane import LaneOf

PERSON_KEY = bytes(range(32))
"""The key of every person of these tests, as members would answer."""


@pytest.fixture
async def lane_of(make_service, monkeypatch) -> Callable[..., Awaitable[LaneOf]]:
    """`await lane_of("ledger", "64")`: the service on a fresh database, holding that lane."""
    monkeypatch.setattr(batch, "RETRY_SECONDS", (0, 0))

    async def make(name: str, territory: str) -> LaneOf:
        service: Service = await make_service(name)
        if name == "notifications":
            _know_all_keys(service)
        lane = LaneOf(service, territory)
        await lane.take()
        return lane

    return make


def _know_all_keys(service: Service) -> None:
    """Members answers at once: no broker is here, and a lane rests while members is away."""
    assert isinstance(service.settings, Settings)

    async def ask(person_id: UUID) -> bytes | None:
        return None if person_id.int == 1 else PERSON_KEY  # the first person is erased

    wrapping = KeyWrapping(secret=service.settings.secret.get_secret_value())
    service.personal_handlers = personal_handlers(
        keys=PersonKeys(ask=ask, wrapping=wrapping), wake=lambda: None
    )


@pytest.fixture
async def lane_of_each(lane_of) -> Callable[..., Awaitable[LaneOf]]:
    """The same lane for all examples of a test."""
    made: dict[tuple[str, str], LaneOf] = {}

    async def once(name: str, territory: str) -> LaneOf:
        if (name, territory) not in made:
            made[name, territory] = await lane_of(name, territory)
        return made[name, territory]

    return once

"""Drive one service in a test: its HTTP application, its handlers, its outbox; all on its real database."""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.bus.handlers import Handlers
from shared.events import Event, Heard, PersonalEvent, read_headers
from shared.events.catalog import contract_of
from shared.identity import AUDIENCE, ISSUER
from shared.runtime import Service
from shared.values import new_id

TEST_KEY_ID = "test-key"


@cache
def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def client_for(service: Service) -> httpx.AsyncClient:
    """An HTTP client on the service's application, in this process; redirects are not followed."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=service.app), base_url=service.settings.public_url
    )


async def trust_test_key(service: Service) -> None:
    """Make the service accept the sessions of `session_token`."""
    public = (
        _signing_key().public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    )
    async with service.database.begin() as work:
        await work.execute(
            "insert into signing_keys (key_id, public_key, valid_until) values (:id, :key, :until)",
            id=TEST_KEY_ID,
            key=base64.urlsafe_b64encode(public).decode().rstrip("="),
            until=datetime.now(UTC) + timedelta(days=1),
        )


def session_token(person_id: UUID, roles: Iterable[tuple[str, str]] = ()) -> str:
    """A session as members signs it, by a key that the services of a test trust."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(person_id),
        "iat": now,
        "exp": now + 300,
        "roles": [f"{role}@{territory}" for role, territory in roles],
    }
    return jwt.encode(claims, _signing_key(), algorithm="EdDSA", headers={"kid": TEST_KEY_ID})


async def hear(service: Service, events: Event | Sequence[Event]) -> list[Heard[Event]]:
    """Apply events as a lane does when nothing goes wrong: in order, in one transaction."""
    batch = [events] if isinstance(events, Event) else list(events)
    heard = [
        Heard(
            event=event,
            id=(event_id := new_id()),
            occurred_at=datetime.now(UTC),
            correlation_id=str(event_id),
            payload=event.model_dump_json().encode(),
        )
        for event in batch
    ]
    await hear_again(service, heard)
    return heard


async def hear_again(service: Service, heard: Sequence[Heard[Event]]) -> None:
    """Apply what was heard once more, past the inbox: as after a replay whose inbox row is gone."""
    async with service.database.begin() as work:
        for one in heard:
            await _handlers_for(service, one.event).handler_of(one.event)(work, [one])


def _handlers_for(service: Service, event: Event) -> Handlers:
    if isinstance(event, PersonalEvent):
        assert service.personal_handlers is not None, f"{service.name} hears nothing personal"
        return service.personal_handlers
    return service.handlers


async def recorded(service: Service) -> list[Event]:
    """All events that the service has recorded in its outbox, in order."""
    async with service.database.begin() as work:
        rows = await work.execute("select headers, payload from outbox_messages order by position")
        found = []
        for headers, payload in rows:
            type = read_headers(headers)["ce-type"]
            contract = contract_of(type)
            assert contract is not None, f"{type} is in no contract file"
            found.append(contract.model_validate_json(payload))
        return found


async def eventually(check: Callable[[], Awaitable[bool]], *, seconds: float = 20) -> None:
    """Wait until a check holds; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not await check():
        assert time.monotonic() < deadline, f"{check.__qualname__} did not hold within {seconds} s"
        await asyncio.sleep(0.05)

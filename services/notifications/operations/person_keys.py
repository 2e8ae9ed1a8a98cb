"""The keys of persons: asked once from members, then kept wrapped."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.notifications import repository
from services.notifications.wrapping import KeyWrapping
from shared.bus import CauseMissing, Unavailable
from shared.database import Work
from shared.personal import KEY_BYTES, KEY_REQUEST_SUBJECT

ANSWER_SECONDS = 2
"""members reads one row; when it takes longer it is away, and the lane pauses."""

REQUESTS_AT_ONCE = 32
"""A replay of the whole stream asks for every person: members' database pool is shared with its pages."""

Ask = Callable[[UUID], Awaitable[bytes | None]]
"""Returns a person's key, None for an erased person. Raises Unavailable, CauseMissing for an unknown one."""


def ask_members(connection: Callable[[], Client | None]) -> Ask:
    """Asks members over the account of personal data; the answer is never stored by the broker."""

    async def ask(person_id: UUID) -> bytes | None:
        client = connection()
        if client is None:
            raise Unavailable("the account of personal data is not connected")
        try:
            reply = await client.request(KEY_REQUEST_SUBJECT, str(person_id).encode(), timeout=ANSWER_SECONDS)
        except (NatsError, TimeoutError) as error:
            raise Unavailable(f"members does not answer for a key: {type(error).__name__}") from None
        return _key_in(reply.data)

    return ask


def _key_in(answer: bytes) -> bytes | None:
    try:
        said = json.loads(answer)
        if said.get("erased") is True:
            return None
        key = base64.urlsafe_b64decode(said["key"] + "=" * (-len(said["key"]) % 4))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CauseMissing("members has no key for this person yet") from None
    if len(key) != KEY_BYTES:
        raise CauseMissing("members answered with a key of another length")
    return key


class PersonKeys:
    """Finds the keys of persons for a transaction, and opens those that are stored."""

    def __init__(self, *, ask: Ask, wrapping: KeyWrapping) -> None:
        self._ask = ask
        self._wrapping = wrapping

    async def of(self, work: Work, person_ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """The key of each person who is not erased; their rows stay locked until the transaction ends."""
        recipients = await repository.lock_recipients(work, person_ids)
        keys = {
            id: self.unwrap(row.wrapped_key, person_id=id)
            for id, row in recipients.items()
            if row.wrapped_key is not None
        }
        unknown = [id for id, row in recipients.items() if row.wrapped_key is None and not row.is_erased]
        if unknown:
            learned = await self._learn(unknown)
            await self._remember(work, learned)
            keys |= {id: key for id, key in learned.items() if key is not None}
        return keys

    def unwrap(self, wrapped: bytes, *, person_id: UUID) -> bytes:
        """The key that a recipient's row holds."""
        return self._wrapping.unwrap(wrapped, person_id=person_id)

    async def _learn(self, person_ids: list[UUID]) -> dict[UUID, bytes | None]:
        places = asyncio.Semaphore(REQUESTS_AT_ONCE)

        async def learn(person_id: UUID) -> bytes | None:
            async with places:
                return await self._ask(person_id)

        tasks = [asyncio.ensure_future(learn(id)) for id in person_ids]
        try:
            return dict(zip(person_ids, await asyncio.gather(*tasks), strict=True))
        finally:
            for task in tasks:
                task.cancel()

    async def _remember(self, work: Work, learned: dict[UUID, bytes | None]) -> None:
        wrapped = {
            id: self._wrapping.wrap(key, person_id=id) for id, key in learned.items() if key is not None
        }
        await repository.save_keys(work, wrapped)
        if erased := [id for id, key in learned.items() if key is None]:
            await repository.bury(work, erased)

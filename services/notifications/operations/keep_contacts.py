"""Takes in what members says about persons: a contact to keep, or a link to send at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import structlog
from pydantic import BaseModel, ValidationError

from services.notifications import repository
from services.notifications.domain import Letter, LetterKind
from services.notifications.operations.person_keys import PersonKeys
from services.notifications.operations.write_letters import write_letters
from shared.database import Work
from shared.events import Heard, PersonalEvent
from shared.events.members import Contact, ContactRecorded, Link
from shared.personal import unseal

log = structlog.get_logger(__name__)
Content = TypeVar("Content", bound=BaseModel)


class SealedContentInvalid(Exception):
    """What was sealed is not what its contract says; the message names fields, never their values."""


async def keep_contacts(work: Work, keys: PersonKeys, batch: Sequence[Heard[ContactRecorded]]) -> None:
    """Keep the newest contact of each person, still sealed; letters that waited for it become due."""
    opening = await keys.of(work, (heard.event.person_id for heard in batch))
    newest: dict[UUID, tuple[str, datetime]] = {}
    for heard in sorted(batch, key=lambda one: one.occurred_at):
        if key := _key_for(heard, opening):
            open_content(Contact, key=key, event=heard.event)
            newest[heard.event.person_id] = (heard.event.sealed, heard.occurred_at)
    if newest:
        await repository.save_contacts(work, newest)


async def write_link_letters(
    work: Work, keys: PersonKeys, batch: Sequence[Heard[Any]], *, kind: LetterKind
) -> None:
    """Write the letters that carry a link. It stays sealed in the letter until the letter has left."""
    opening = await keys.of(work, (heard.event.person_id for heard in batch))
    letters = []
    for heard in batch:
        if key := _key_for(heard, opening):
            link = open_content(Link, key=key, event=heard.event)
            letters.append(
                Letter(
                    kind=kind,
                    cause=str(heard.id),
                    territory=heard.event.territory,
                    person_id=heard.event.person_id,
                    expires_at=link.expires_at,
                    sealed_link=heard.event.sealed,
                )
            )
    await write_letters(work, letters)


def open_content(contract: type[Content], *, key: bytes, event: PersonalEvent) -> Content:
    """The sealed content of an event. Raises SealBroken, SealedContentInvalid."""
    opened = unseal(key=key, person_id=event.person_id, type=event.type, sealed=event.sealed)
    try:
        return contract.model_validate_json(opened)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, problem["loc"])) or "body" for problem in error.errors())
        raise SealedContentInvalid(f"sealed content of {event.type}: {fields}") from None


def _key_for(heard: Heard[Any], opening: dict[UUID, bytes]) -> bytes | None:
    key = opening.get(heard.event.person_id)
    if key is None:
        log.info("erased_person_skipped", territory=heard.event.territory, event_id=str(heard.id))
    return key

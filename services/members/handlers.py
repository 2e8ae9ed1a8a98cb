"""What members hears: its own facts about identity (added by `Service`), and requests for a person's key."""

import base64
import json
from uuid import UUID

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.members.domain.membership import Standing
from services.members.operations.sealed_letters import key_of
from services.members.repository import person
from services.members.settings import Settings
from shared.bus import Handlers
from shared.database import Database
from shared.personal import KEY_REQUEST_SUBJECT

log = structlog.get_logger(__name__)


def handlers() -> Handlers:
    """No other service's event concerns members yet."""
    return Handlers()


async def answer_key_requests(personal: Client, *, database: Database, settings: Settings) -> None:
    """Answer requests for a person's key on the account of personal data, one replica each."""

    async def answer(request: Msg) -> None:
        try:
            person_id = UUID(request.data.decode())
        except ValueError:
            log.warning("key_request_refused", reason="not a person's identifier")
            return
        await request.respond(await key_answer(database, settings=settings, person_id=person_id))

    await personal.subscribe(KEY_REQUEST_SUBJECT, queue="members", cb=answer)


async def key_answer(database: Database, *, settings: Settings, person_id: UUID) -> bytes:
    """The JSON answer. A person who is erased, or was removed unconfirmed, will never have a key again."""
    async with database.begin() as work:
        found = await person(work, person_id)
        if found is None or found.state == Standing.ERASED:
            return json.dumps({"erased": True}).encode()
        key = base64.urlsafe_b64encode(key_of(settings, found)).decode()
        return json.dumps({"key": key}).encode()

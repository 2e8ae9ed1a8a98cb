"""Requests for a person's key, over the real broker's account of personal data."""

import asyncio
import base64
import json
from uuid import uuid4

import nats
import pytest

from services.members.handlers import answer_key_requests
from shared.personal import KEY_REQUEST_SUBJECT
from tests.members.conftest import join


@pytest.fixture
async def desk(service, broker):
    """Members' connection, answering; and notifications' connection, asking."""
    members = await nats.connect(broker.personal_url_for("members"), inbox_prefix=b"_INBOX_members")
    asking = await nats.connect(
        broker.personal_url_for("notifications"), inbox_prefix=b"_INBOX_notifications"
    )
    await answer_key_requests(members, database=service.database, settings=service.settings)
    await members.flush()
    yield asking
    await asking.close()
    await members.close()


async def test_notifications_gets_a_persons_key(http, service, desk):
    """The key of 32 bytes that opens what is sealed for the person."""
    member_id = await join(http, service)
    answer = await desk.request(KEY_REQUEST_SUBJECT, str(member_id).encode(), timeout=2)
    assert len(base64.urlsafe_b64decode(json.loads(answer.data)["key"])) == 32


async def test_a_person_who_is_gone_has_no_key(desk):
    """Whoever was removed stays removed."""
    answer = await desk.request(KEY_REQUEST_SUBJECT, str(uuid4()).encode(), timeout=2)
    assert json.loads(answer.data) == {"erased": True}


async def test_what_is_no_identifier_is_not_answered_and_harms_nothing(desk):
    """The next request is answered as before."""
    await desk.publish(KEY_REQUEST_SUBJECT, b"\xff nonsense")
    await asyncio.sleep(0.05)
    answer = await desk.request(KEY_REQUEST_SUBJECT, str(uuid4()).encode(), timeout=2)
    assert json.loads(answer.data) == {"erased": True}

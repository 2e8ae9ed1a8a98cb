"""What is kept of a person, and how: sealed, wrapped, and gone for good once erased."""

import json

import pytest
import structlog
from cryptography.exceptions import InvalidTag
from pydantic import BaseModel

from services.notifications.operations.keep_contacts import SealedContentInvalid
from services.notifications.wrapping import KeyWrapping
from shared.bus import CauseMissing, Unavailable
from shared.events.members import ContactRecorded, MemberJoined, SignInRequested
from shared.personal import SealBroken, new_key, seal
from shared.testing import hear
from shared.testing.harness import hear_again

EMAIL = "camille.secrete@exemple.fr"


async def everything_stored(service) -> str:
    async with service.database.begin() as work:
        rows = await work.execute(
            "select to_jsonb(r) from recipients r union all select to_jsonb(l) from letters l"
        )
        return json.dumps([row[0] for row in rows])


async def test_no_address_and_no_link_is_stored_in_clear(service, members, person_id):
    """Contact and link stay sealed, the key is wrapped: a copy of the database opens nothing."""
    await hear(service, members.contact(person_id, EMAIL, "Camille Secrète"))
    await hear(service, members.link(SignInRequested, person_id, EMAIL))
    stored = await everything_stored(service)
    for secret in (EMAIL, "Secrète", "jeton=secret", members.keys[person_id].hex()):
        assert secret not in stored


async def test_a_link_is_wiped_once_sent(service, members, deliver, person_id):
    """Nothing sealed is left in the letter after the mail server took it."""
    await hear(service, members.link(SignInRequested, person_id, EMAIL))
    await deliver()
    async with service.database.begin() as work:
        assert (await work.execute("select sealed_link from letters")).scalar() is None


async def test_a_key_is_asked_for_once(service, members, person_id):
    """Later events open with the stored key, members may be away."""
    await hear(service, members.contact(person_id, EMAIL))
    await hear(service, members.contact(person_id, "autre@exemple.fr"))
    assert members.requests == [person_id]


async def test_an_erased_person_leaves_a_tombstone(service, members, mailbox, deliver, states, person_id):
    """What comes again for an erased person is skipped, without asking, and never becomes a mail."""
    contact = members.contact(person_id, EMAIL)
    await hear(service, MemberJoined(territory="64", member_id=person_id, joined_on="2026-11-22"))
    members.erased.add(person_id)
    heard = await hear(service, contact)
    members.erased.clear()
    await hear_again(service, heard)
    await hear(service, members.link(SignInRequested, person_id, EMAIL))
    await deliver()
    assert mailbox.mails == []
    assert await states() == [("welcome", "expired", "erased")]
    assert members.requests == [person_id]


async def test_no_answer_pauses_the_lane(service, members, person_id):
    """members is away: it says nothing about the event."""
    await members.stop()
    with pytest.raises(Unavailable):
        await hear(service, members.contact(person_id, EMAIL))


async def test_a_person_that_members_does_not_know_waits(service, members, person_id):
    """The event came before its cause: it is tried again, alone."""
    contact = members.contact(person_id, EMAIL)
    members.keys.clear()
    with pytest.raises(CauseMissing):
        await hear(service, contact)


async def test_a_contact_sealed_for_somebody_else_is_refused(service, members, person_id):
    """A sealed text moved to another person's subject does not open."""
    sealed = members.contact(person_id, EMAIL).sealed
    other = members.contact(type(person_id)(int=1), EMAIL)
    with pytest.raises(SealBroken):
        await hear(service, ContactRecorded(territory="64", person_id=other.person_id, sealed=sealed))


async def test_content_that_breaks_its_contract_is_named_without_its_values(service, members, person_id):
    """The error that is parked and shown to operators holds field names only."""

    class Wrong(BaseModel):
        email: list[str]

    key = members.keys[person_id] = new_key()
    wrong = seal(key=key, person_id=person_id, type=ContactRecorded.type, content=Wrong(email=[EMAIL]))
    with pytest.raises(SealedContentInvalid, match="email, display_name") as raised:
        await hear(service, ContactRecorded(territory="64", person_id=person_id, sealed=wrong))
    assert EMAIL not in str(raised.value)
    assert raised.value.__suppress_context__


async def test_logs_name_no_person(service, members, mailbox, deliver, person_id):
    """Writing, refusing and sending a letter log ids and statuses, even when the server repeats addresses."""
    mailbox.answer_to_recipient = "550 5.1.1 <{address}> unknown here"
    with structlog.testing.capture_logs() as logs:
        await hear(service, members.contact(person_id, EMAIL, "Camille Secrète"))
        await hear(service, members.link(SignInRequested, person_id, EMAIL))
        await deliver()
    assert any(entry["event"] == "letter_given_up" for entry in logs)
    assert EMAIL not in str(logs)
    assert "Secrète" not in str(logs)


def test_a_wrapped_key_opens_for_its_person_and_secret_only(person_id):
    """Another person or another secret does not unwrap it."""
    key = new_key()
    wrapping = KeyWrapping(secret="one secret")
    wrapped = wrapping.wrap(key, person_id=person_id)
    assert wrapping.unwrap(wrapped, person_id=person_id) == key
    with pytest.raises(InvalidTag):
        wrapping.unwrap(wrapped, person_id=type(person_id)(int=1))
    with pytest.raises(InvalidTag):
        KeyWrapping(secret="another").unwrap(wrapped, person_id=person_id)

"""What is heard is never trusted: subject, envelope and payload must say the same."""

from uuid import UUID, uuid4

import pytest

from shared.events import Heard
from shared.inbox.decode import Invalid, decode
from tests.shared.listening import a_payment, forged, message

PAYMENT = a_payment()
GOOD = message(PAYMENT)


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in GOOD.headers.items() if key != name}


LIES = {
    "an unknown type": forged(GOOD, headers={**GOOD.headers, "ce-type": "milliard.pledges.money_rained.v1"}),
    "bad JSON": forged(GOOD, payload=b"{"),
    "a payload of another contract": forged(GOOD, payload=b'{"territory": "64"}'),
    "bytes that are no text": forged(GOOD, payload=b"\xff\xfe"),
    "no headers": forged(GOOD, headers={}),
    "no id": forged(GOOD, headers=without("ce-id")),
    "no key": forged(GOOD, headers=without("ce-subject")),
    "an empty key": forged(GOOD, headers={**GOOD.headers, "ce-subject": ""}),
    "an id that is none": forged(GOOD, headers={**GOOD.headers, "ce-id": "1"}),
    "a time without zone": forged(GOOD, headers={**GOOD.headers, "ce-time": "2026-11-02T10:00:00"}),
    "a line end in the correlation": forged(
        GOOD, headers={**GOOD.headers, "ce-correlationid": "1\nNats-Rollup: all"}
    ),
    "another publisher in the source": forged(
        GOOD, headers={**GOOD.headers, "ce-source": "/milliard/projects"}
    ),
    "another publisher in the subject": forged(GOOD, subject=GOOD.subject.replace("pledges", "projects")),
    "another territory in the subject": forged(GOOD, subject=GOOD.subject.replace(".64.", ".75.")),
    "another event in the subject": forged(GOOD, subject=GOOD.subject.replace("received", "returned")),
    "another aggregate in the envelope": forged(GOOD, headers={**GOOD.headers, "ce-subject": str(uuid4())}),
    "a territory that is none": forged(GOOD, payload=GOOD.payload.replace(b'"64"', b'"20"')),
    "an amount below zero": forged(GOOD, payload=GOOD.payload.replace(b":1000,", b":-1000,")),
    "an amount in text": forged(GOOD, payload=GOOD.payload.replace(b":1000,", b':"1000",')),
}


def test_an_honest_message_is_its_event() -> None:
    """With the id and the key of its envelope."""
    heard = decode(GOOD)
    assert isinstance(heard, Heard)
    assert (heard.event, heard.id) == (PAYMENT, UUID(GOOD.headers["ce-id"]))


@pytest.mark.parametrize("lie", LIES)
async def test_a_message_that_contradicts_itself_is_parked_at_once(listener, lie: str) -> None:
    """Nothing of it reaches a handler."""
    outcome = await listener.hear(LIES[lie])
    assert (outcome.applied, outcome.parked, listener.calls) == (0, 1, 0)
    assert [status for status, _ in await listener.parked()] == ["invalid"]


def test_an_invalid_message_does_not_take_the_id_that_it_claims() -> None:
    """Else a forged one would make the true event look known."""
    found = decode(LIES["another publisher in the source"])
    assert isinstance(found, Invalid)
    assert found.id != UUID(GOOD.headers["ce-id"])


async def test_a_forged_message_does_not_suppress_the_event_whose_id_it_took(listener) -> None:
    """The true event applies, before or after it."""
    await listener.hear(forged(LIES["another publisher in the source"], headers={
        **GOOD.headers, "ce-source": "/milliard/projects", "ce-subject": "somebody else"
    }))  # fmt: skip
    assert (await listener.hear(GOOD)).applied == 1

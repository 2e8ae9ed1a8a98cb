"""Sending again: what was published since a moment is published once more, the oldest first."""

import time
from datetime import UTC, datetime, timedelta

import jwt
import pytest
import typer

from shared.bus.cli import moment_of
from shared.outbox import Relay
from shared.outbox.pruning import SEND_AGAIN_DAYS
from shared.outbox.resending import SentAgain, send_again
from shared.testing import client_for
from shared.values.tokens import AUDIENCE, OPERATOR_ISSUER
from tests.shared.listening import a_payment

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
async def published(outbox, pledges_client, administrator):
    """Three payments in lane 64 and one in 75, published; the relay, to be driven by hand; their ids."""
    for lane in ("64", "75"):
        await administrator.purge_stream(f"T-{lane}")
    relay = Relay(database=outbox, client=pledges_client, personal=None)
    relay.gain(1)
    async with outbox.begin() as work:
        ids = [str(work.record(a_payment(territory=lane))) for lane in ("64", "64", "64", "75")]
    await publish(relay)
    yield relay, ids
    await relay.close()


async def publish(relay: Relay) -> int:
    await relay.take()
    await relay.settle()
    return await relay.mark()


async def stored(administrator, lane: str) -> list[str]:
    state = (await administrator.stream_info(f"T-{lane}")).state
    return [
        (await administrator.get_msg(f"T-{lane}", sequence)).headers["ce-id"]
        for sequence in range(state.first_seq, state.last_seq + 1)
    ]


async def test_what_the_broker_still_has_is_stored_once_more(published, outbox, administrator) -> None:
    """Under another message id, so that no duplicate refuses the batch; the inboxes know the event's own id."""
    relay, ids = published
    async with outbox.begin() as work:
        found = await send_again(work, since=datetime.now(UTC) - timedelta(hours=1), lanes=["64"])
    assert found == SentAgain(messages=3, refused=0, too_old=0)
    assert await publish(relay) == 3
    assert await stored(administrator, "64") == ids[:3] * 2
    assert await stored(administrator, "75") == ids[3:]


async def test_what_is_sent_again_goes_before_what_is_new(published, outbox, administrator) -> None:
    """Or a key would lose its order."""
    relay, ids = published
    async with outbox.begin() as work:
        new = str(work.record(a_payment()))
    async with outbox.begin() as work:
        await send_again(work, since=datetime.now(UTC) - timedelta(hours=1), lanes=[])
    await administrator.purge_stream("T-64")
    assert await publish(relay) == 5
    assert await stored(administrator, "64") == [*ids[:3], new]


async def test_what_was_published_before_stays(published, outbox) -> None:
    """Since is since."""
    async with outbox.begin() as work:
        found = await send_again(work, since=datetime.now(UTC) + timedelta(seconds=1), lanes=[])
    assert found.messages == 0


async def test_what_an_inbox_may_have_forgotten_is_not_sent_again(published, outbox) -> None:
    """It is counted, so that somebody knows."""
    async with outbox.begin() as work:
        await work.execute(
            "update outbox_messages set first_published_at = now() - make_interval(days => :days)"
            " where lane = '75'",
            days=SEND_AGAIN_DAYS + 1,
        )
    async with outbox.begin() as work:
        found = await send_again(work, since=datetime.now(UTC) - timedelta(hours=1), lanes=[])
    assert found == SentAgain(messages=3, refused=0, too_old=1)


async def test_an_operator_asks_each_service_for_it(make_service, operator_key) -> None:
    """With the local key; a lane that nobody knows is refused with a sentence, and nothing is marked."""
    service = await make_service("pledges")
    async with service.database.begin() as work:
        work.record(a_payment())
    async with service.database.begin() as work:
        await work.execute("update outbox_messages set published_at = now()")
    claims = {"iss": OPERATOR_ISSUER, "aud": AUDIENCE, "iat": int(time.time()), "exp": int(time.time()) + 60}
    token = jwt.encode(
        claims, operator_key[0].read_text(), algorithm="EdDSA", headers={"kid": OPERATOR_ISSUER}
    )
    async with client_for(service) as http:
        http.headers["Authorization"] = f"Bearer {token}"
        path, since = "/api/pledges/operations/resend", "2026-01-01T00:00:00+01:00"
        refused = await http.post(path, json={"since": since, "lanes": ["1664"]})
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_lane")
        found = await http.post(path, json={"since": since, "lanes": ["64"]})
        assert found.json() == {"messages": 1, "refused": 0, "too_old": 0}


@pytest.mark.parametrize(("text", "moment"), [
    ("2h", NOW - timedelta(hours=2)), ("30min", NOW - timedelta(minutes=30)), ("3j", NOW - timedelta(days=3)),
    ("2026-11-22T10:00:00+01:00", NOW - timedelta(hours=3)),
])  # fmt: skip
def test_a_moment_is_a_duration_or_a_date(text: str, moment: datetime) -> None:
    """As people write them."""
    assert moment_of(text, now=NOW) == moment


@pytest.mark.parametrize("text", ["hier", "", "2", "2026-11-23T00:00:00Z", "99999j"])
def test_a_moment_that_is_none_is_refused(text: str) -> None:
    """The future too: nothing was published since."""
    with pytest.raises(typer.BadParameter):
        moment_of(text, now=NOW)

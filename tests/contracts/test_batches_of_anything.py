"""Batches with anything in them, on real services: each message is applied or set aside, and the good ones apply."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events import Event
from shared.events.catalog import SERVICES, contracts
from shared.events.hearing import heard_on_lanes, heard_personally
from shared.events.members import RoleGranted
from shared.inbox.decode import Arrived
from tests.contracts.instances import valid_events
from tests.contracts.messages import message_of, mutated
from tests.fuzzing import fuzzed

HERE = "64"


@st.composite
def messages(draw: st.DrawFn, heard: tuple[type[Event], ...]) -> Arrived:
    """A valid message, mostly of what the service hears on this lane."""
    of_all = draw(st.integers(0, 9)) == 0
    event = draw(valid_events(contracts() if of_all else heard, territory=HERE))
    return message_of(event, id=draw(st.uuids()), sequence=draw(st.integers(1, 10**6)))


def a_grant() -> Arrived:
    """A message that every service applies, about somebody whom no other message names."""
    return message_of(
        RoleGranted(territory=HERE, person_id=uuid4(), grant_id=uuid4(), role="member"), id=uuid4()
    )


@pytest.mark.parametrize("name", SERVICES)
@fuzzed(25)
@given(data=st.data())
async def test_a_bad_message_takes_nothing_else_with_it(lane_of_each, name: str, data: st.DataObject) -> None:
    """A batch of mutated messages never raises; all are applied or parked, and the good one among them applies."""
    lane = await lane_of_each(name, HERE)
    bad = data.draw(st.lists(mutated(messages(heard_on_lanes(name))), max_size=8))
    good = a_grant()
    at = data.draw(st.integers(0, len(bad)))
    outcome = await lane.apply([*bad[:at], good, *bad[at:]])
    assert outcome.applied + outcome.repeated + outcome.parked <= len(bad) + 1
    assert outcome.applied >= 1
    assert await lane.read(
        "select 1 from inbox_messages where event_id = :id", id=UUID(good.headers["ce-id"])
    )
    await lane.clear_parked()


@fuzzed(40)
@given(data=st.data())
async def test_a_bad_sealed_message_is_set_aside(lane_of_each, data: st.DataObject) -> None:
    """What members seals is opened by notifications, or parked; a batch never raises."""
    lane = await lane_of_each("notifications", "PERSONAL")
    bad = data.draw(st.lists(mutated(messages(heard_personally("notifications"))), min_size=1, max_size=8))
    outcome = await lane.apply(bad)
    assert outcome.applied + outcome.repeated + outcome.parked >= 1
    await lane.clear_parked()

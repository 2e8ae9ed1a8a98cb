"""Whatever arrives is an event or a reason why it is none: decoding never raises."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events import Event, Heard
from shared.events.catalog import contracts
from shared.events.envelope import LONGEST_KEY
from shared.inbox.decode import Arrived, Invalid, decode
from shared.inbox.failure import storable
from tests.contracts.instances import valid, valid_events
from tests.contracts.messages import message_of, mutated
from tests.fuzzing import fuzzed


@st.composite
def messages(draw: st.DrawFn) -> Arrived:
    """The message of any valid event."""
    return message_of(draw(valid_events(contracts())), id=draw(st.uuids()))


@pytest.mark.parametrize("contract", contracts(), ids=lambda contract: contract.name)
@fuzzed(30)
@given(data=st.data())
def test_every_valid_instance_is_read_back(contract: type[Event], data: st.DataObject) -> None:
    """From its own message; a key that no index could hold is the one thing that an instance may not have."""
    event = data.draw(valid(contract))
    found = decode(message_of(event, id=UUID(int=9)))
    if 0 < len(event.key) <= LONGEST_KEY and event.key.isprintable():
        assert isinstance(found, Heard)
        assert found.event == event
    else:
        assert isinstance(found, Invalid)


@fuzzed(1500)
@given(mutated(messages()))
def test_a_mutated_message_is_an_event_or_a_reason(arrived: Arrived) -> None:
    """Never an exception; what is taken says the same three times, and every reason can be stored."""
    found = decode(arrived)
    if isinstance(found, Heard):
        assert found.event.subject == arrived.subject
        assert found.event.key == arrived.headers["ce-subject"]
        assert arrived.headers["ce-source"] == f"/milliard/{found.event.publisher}"
    else:
        assert storable(found.reason).encode()
        assert "\0" not in storable(found.reason)
        assert len(found.key) <= LONGEST_KEY
        assert found.key == "" or found.key.isprintable()

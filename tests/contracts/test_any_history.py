"""Any valid facts in any order, some of them twice, through the real handlers: books stay true, pages stay up."""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.operations.prove import prove_statements
from services.ledger.queries.verify import verify
from shared.events import Event, PersonalEvent
from shared.events.catalog import SERVICES
from shared.events.hearing import heard_on_lanes, heard_personally
from shared.events.members import Contact, ContactRecorded, Link
from shared.events.pledges import StatementImported
from shared.inbox.decode import Arrived
from shared.personal import seal
from shared.testing import client_for, session_token
from tests.contracts.conftest import PERSON_KEY
from tests.contracts.instances import FEW_IDS, valid, valid_events
from tests.contracts.lane import LaneOf
from tests.contracts.messages import message_of
from tests.fuzzing import fuzzed

HERE = "64"
NATIONAL_LANE = "00"
LEDGER_PAGES = (
    "/",
    f"/territoires/{HERE}",
    "/comptes",
    f"/comptes/{HERE}",
    f"/comptes/{HERE}/versements",
    f"/comptes/{HERE}/journal",
    f"/comptes/{HERE}/grand-livre?compte=512100",
    "/comptes/grand-livre?compte=754110",
    "/badge.svg",
    "/api/ledger/progress",
    f"/api/ledger/statements/{FEW_IDS[0]}",
    f"/api/ledger/{HERE}/entries",
    f"/api/ledger/{HERE}/disbursements",
)


@st.composite
def facts(draw: st.DrawFn, heard: tuple[type[Event], ...], territory: str) -> Event:
    """A fact of a lane. Half of the sealed ones open with the person's key, half of the statements add up."""
    event = draw(valid_events(heard, territory=territory))
    if draw(st.booleans()):
        return event
    if isinstance(event, PersonalEvent):
        content = draw(valid(Contact if isinstance(event, ContactRecorded) else Link))
        sealed = seal(key=PERSON_KEY, person_id=event.person_id, type=event.type, content=content)
        return event.model_copy(update={"sealed": sealed})
    if isinstance(event, StatementImported):
        closing_minor = event.opening_minor + event.credit_minor - event.debit_minor
        return event.model_copy(update={"closing_minor": max(-(10**15), min(10**15, closing_minor))})
    return event


@st.composite
def histories(draw: st.DrawFn, heard: tuple[type[Event], ...], territory: str = HERE) -> list[list[Arrived]]:
    """Batches of facts, some brought again later, some under another's id; the few ids are new ones each time."""
    is_sealed = issubclass(heard[0], PersonalEvent)  # with the person's id in the seal
    fresh = {} if is_sealed else {str(id): str(uuid4()) for id in FEW_IDS}
    told = draw(st.lists(facts(heard, territory), min_size=1, max_size=16))
    told_ids = [FEW_IDS[0] if draw(st.integers(0, 15)) == 0 else uuid4() for _ in told]
    messages = [_renamed(message_of(*one), fresh) for one in zip(told, told_ids, strict=True)]
    again = draw(st.lists(st.sampled_from(messages), max_size=4))
    order = draw(st.permutations([*messages, *again]))
    size = draw(st.integers(1, 6))
    return [order[start : start + size] for start in range(0, len(order), size)]


def _renamed(message: Arrived, fresh: dict[str, str]) -> Arrived:
    """The same message about other aggregates: examples share a database."""

    def rename(text: str) -> str:
        for old, new in fresh.items():
            text = text.replace(old, new)
        return text

    headers = {name: rename(value) for name, value in message.headers.items()}
    return replace(message, headers=headers, payload=rename(message.payload.decode()).encode())


async def hear(lane: LaneOf, history: list[list[Arrived]]) -> None:
    for batch in history:
        outcome = await lane.apply(batch)
        assert outcome.applied + outcome.repeated + outcome.parked >= 1


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "ledger"])
@fuzzed(15)
@given(data=st.data())
async def test_any_valid_facts_are_applied_or_parked(lane_of_each, name: str, data: st.DataObject) -> None:
    """Handlers may refuse a fact that cannot be; a batch never raises."""
    lane = await lane_of_each(name, HERE)
    await hear(lane, data.draw(histories(heard_on_lanes(name))))
    await lane.clear_parked()


@fuzzed(40)
@given(data=st.data())
async def test_any_sealed_facts_are_applied_or_parked(lane_of_each, data: st.DataObject) -> None:
    """Whatever members sealed, the stream of personal facts goes on."""
    lane = await lane_of_each("notifications", "PERSONAL")
    await hear(lane, data.draw(histories(heard_personally("notifications"))))
    await lane.clear_parked()


@fuzzed(25)
@given(data=st.data())
async def test_books_stay_true_through_any_history(lane_of_each, data: st.DataObject) -> None:
    """After each history the ledger verifies, every currency balances, and what it shows can be read."""
    lane = await lane_of_each("ledger", HERE)
    national = LaneOf(lane.service, NATIONAL_LANE)
    await national.take()
    for one in (lane, national):
        await hear(one, data.draw(histories(heard_on_lanes("ledger"), one.territory)))
    async with lane.service.database.begin() as work:
        await prove_statements(work)
    assert (await verify(lane.service.database.engine)).problems == []
    sums = await lane.read(
        "select currency, account like '8%' as memo, sum(amount_minor) from balances group by 1, 2"
    )
    assert [row for row in sums if row[2] != 0] == []
    token = session_token(FEW_IDS[0], roles=[("treasurer", HERE), ("treasurer", "00")])
    async with client_for(lane.service) as http:
        for page in LEDGER_PAGES:
            answer = await http.get(page, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code in (200, 404), f"{page}: {answer.status_code} {answer.text[:300]}"
    await lane.clear_parked()

"""Operators see how each lane stands, pause and resume it, and read what changed: over HTTP, by the local key."""

from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from shared.inbox import parking
from shared.runtime import Service
from shared.testing import eventually
from shared.values import lanes
from tests.shared.listening import a_payment, message


@pytest.fixture
async def service(make_service) -> Service:
    """A service whose lanes nobody serves."""
    made: Service = await make_service("projects")
    return made


@pytest.fixture
async def http(service, operator) -> httpx.AsyncClient:
    """The operators' routes of that service."""
    client: httpx.AsyncClient = operator(service)
    return client


async def lane_64(http: httpx.AsyncClient) -> dict:
    [found] = (await http.get("lanes", params={"lane": "64"})).json()["lanes"]
    return found


async def pause(http: httpx.AsyncClient, *codes: str) -> httpx.Response:
    return await http.post("lanes/pause", json={"lanes": codes, "because": "un contrôle"})


async def test_lanes_that_are_served_and_quiet_are_only_counted(service, http, on_the_bus) -> None:
    """Unless every one is asked for; then each says what the broker holds for it."""
    await on_the_bus(service)

    async def are_quiet() -> bool:
        answer = (await http.get("lanes")).json()
        return (answer["lanes"], answer["quiet"]) == ([], len(lanes()))

    await eventually(are_quiet)
    answer = (await http.get("lanes", params={"every": True})).json()
    assert (len(answer["lanes"]), answer["quiet"]) == (len(lanes()), 0)
    assert {type(lane["waiting"]) for lane in answer["lanes"]} == {int}


async def test_a_lane_that_was_asked_for_says_what_the_broker_holds(service, http, on_the_bus) -> None:
    """Not known where the broker cannot be asked."""
    assert (await lane_64(http))["waiting"] is None
    await on_the_bus(service)

    async def is_known() -> bool:
        found = await lane_64(http)
        return found["state"] == "serving" and found["waiting"] == found["unacknowledged"] == 0

    await eventually(is_known)


async def test_a_lane_without_a_replica_says_so(http) -> None:
    """It is the first thing to know of it, unless it is paused."""
    assert (await lane_64(http))["state"] == "unserved"
    assert (await pause(http, "64")).json() == {"paused": ["64"], "already": []}
    assert (await lane_64(http))["state"] == "paused"


async def test_a_pause_says_since_when_and_why(http) -> None:
    """In the list of lanes and in the status; a second one changes nothing."""
    before = datetime.now(UTC)
    await pause(http, "64", "2a")
    assert (await pause(http, "64")).json() == {"paused": [], "already": ["64"]}
    found = await lane_64(http)
    assert found["reason"] == "un contrôle"
    assert before <= datetime.fromisoformat(found["since"]) <= datetime.now(UTC)
    assert [one["territory"] for one in (await http.get("status")).json()["paused"]] == ["2A", "64"]


@pytest.mark.parametrize(("probes_in", "state"), [(10, "open"), (-1, "half_open")])
async def test_an_open_breaker_is_told_with_its_reason(
    service, http, on_the_bus, probes_in: int, state: str
) -> None:
    """Half-open once its rest is over: the next event probes it."""
    await on_the_bus(service)

    async def is_served() -> bool:
        return (await lane_64(http))["state"] == "serving"

    await eventually(is_served)
    async with service.database.begin() as work:
        await work.execute(
            "insert into lane_breakers (territory, state, reason, failures, probes_at)"
            " values ('64', 'open', 'the key is away', 3, now() + make_interval(secs => :seconds))",
            seconds=probes_in,
        )
    found = await lane_64(http)
    assert (found["state"], found["reason"]) == (state, "the key is away")


@pytest.mark.parametrize("code", ["20", "PERSONAL", "relay"])
async def test_a_lane_that_the_service_does_not_have_is_a_sentence(http, code: str) -> None:
    """Projects hears nothing personal."""
    for answer in (await http.get("lanes", params={"lane": code}), await pause(http, code)):
        assert answer.status_code == 404
        assert "file" in answer.json()["detail"]


async def test_a_pause_needs_a_reason_and_lanes(http) -> None:
    """Whoever reads the history asks why."""
    for body in ({"lanes": ["64"], "because": "x"}, {"lanes": [], "because": "un contrôle"}):
        assert (await http.post("lanes/pause", json=body)).status_code == 422


async def test_a_replay_by_hand_is_no_way_round_a_pause(service, http) -> None:
    """It is refused with the command that ends the pause, and works after it."""
    async with service.database.begin() as work:
        aside = parking.Aside(message(a_payment()), uuid4(), "a key", "failed", "why")
        await parking.park(work, territory="64", aside=[aside])
    position = (await http.get("parked")).json()[0]["position"]
    await pause(http, "64")
    answer = await http.post(f"parked/{position}/replay")
    assert answer.status_code == 409
    assert "milliard lanes resume 64" in answer.json()["detail"]
    assert (await http.post("lanes/resume", json={"lanes": ["64"]})).json() == {
        "resumed": ["64"],
        "already": [],
    }
    assert (await http.post(f"parked/{position}/replay")).status_code == 200


async def test_the_history_tells_the_newest_first_and_who(service, http, on_the_bus) -> None:
    """Changes of hands only where they are asked for."""
    await on_the_bus(service)

    async def is_served() -> bool:
        return (await lane_64(http))["state"] == "serving"

    await eventually(is_served)
    await pause(http, "64", "75")
    await http.post("lanes/resume", json={"lanes": ["64"], "because": "c'est fini"})
    told = (await http.get("lanes/history", params={"lane": "64"})).json()
    assert [(one["change"], one["reason"], one["by"]) for one in told] == [
        ("resumed", "c'est fini", "local key"),
        ("paused", "un contrôle", "local key"),
    ]
    with_leases = (await http.get("lanes/history", params={"lane": "64", "leases": True})).json()
    assert [one["change"] for one in with_leases] == ["resumed", "paused", "gained"]
    assert len((await http.get("lanes/history", params={"limit": 2})).json()) == 2

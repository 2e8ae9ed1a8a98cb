"""What operators see and do: how lanes stand, what is parked, replay and discard, by the local key or the operator."""

from uuid import uuid4

import pytest

from shared.client import Platform, PlatformUnreachable, platform
from shared.inbox import parking
from shared.operations.cli import _attention
from shared.testing import session_token
from tests.shared.listening import a_payment, message


@pytest.fixture
async def service(make_service):
    """A service with an event that no release knows, and one that stands behind it."""
    service = await make_service("projects")
    key = uuid4()
    async with service.database.begin() as work:
        aside = [
            parking.Aside(message(payment), uuid4(), str(key), status, "why")
            for status, payment in (("invalid", a_payment(key, 1)), ("behind", a_payment(key, 2)))
        ]
        await parking.park(work, territory="64", aside=aside)
    return service


@pytest.fixture
async def http(service, operator):
    """The operators' routes of that service."""
    return operator(service)


async def test_the_status_counts_what_is_parked(http) -> None:
    """By territory and status, with the oldest's time."""
    parked = (await http.get("status")).json()["parked"]
    assert [(row["territory"], row["status"], row["events"]) for row in parked] == [
        ("64", "behind", 1),
        ("64", "invalid", 1),
    ]


async def test_parked_events_are_listed_and_shown(http) -> None:
    """The list without payload, the one with all of it."""
    first, _ = (await http.get("parked", params={"territory": "64"})).json()
    assert "payload" not in first
    shown = (await http.get(f"parked/{first['position']}")).json()
    assert shown["reason"] == "why"
    assert '"territory":"64"' in shown["payload"]
    assert (await http.get("parked", params={"territory": "75"})).json() == []


async def test_a_discard_needs_a_reason_and_is_signed(http, service) -> None:
    """And the event is gone from the list."""
    position = (await http.get("parked")).json()[0]["position"]
    assert (await http.post(f"parked/{position}/discard", json={"because": "x"})).status_code == 422
    assert (
        await http.post(f"parked/{position}/discard", json={"because": "erreur de saisie"})
    ).status_code == 200
    assert (
        await http.post(f"parked/{position}/discard", json={"because": "erreur de saisie"})
    ).status_code == 404
    async with service.database.begin() as work:
        by = (await work.execute("select discarded_by from discarded_events")).scalar()
    assert by == "local key"


@pytest.mark.parametrize(("roles", "status"), [
    ([], 403), ([("treasurer", "00")], 403), ([("national_operator", "64")], 403), ([("national_operator", "00")], 200),
])  # fmt: skip
async def test_only_the_national_operator_operates(http, roles, status: int) -> None:
    """Beside the local key."""
    answer = await http.get(
        "status", headers={"Authorization": f"Bearer {session_token(uuid4(), roles=roles)}"}
    )
    assert answer.status_code == status


async def test_an_unknown_position_is_a_sentence(http) -> None:
    """With 404."""
    answer = await http.get("parked/999")
    assert answer.status_code == 404
    assert "relisez la liste" in answer.json()["detail"]


def standing(**changes) -> dict:
    return {
        "service": "ledger", "relay": {"backlog": 0, "oldest_seconds": 0, "refused": 0}, "parked": [], "breakers": [],
        "paused": [], "lanes": {"served": 111, "known": 111}, **changes,
    }  # fmt: skip


def parked(status: str, since: str) -> dict:
    return {"territory": "64", "status": status, "events": 1, "since": since}


def test_a_quiet_service_wants_no_attention() -> None:
    """Nor does a cause that has been missing for a moment only."""
    assert list(_attention(standing())) == []
    assert list(_attention(standing(parked=[parked("waiting", "2999-01-01T00:00:00+00:00")]))) == []


@pytest.mark.parametrize("trouble", [
    {"unreachable": "ConnectError"}, {"relay": {"backlog": 3, "oldest_seconds": 61, "refused": 0}},
    {"relay": {"backlog": 0, "oldest_seconds": 0, "refused": 1}},
    {"parked": [parked("failed", "2999-01-01T00:00:00+00:00")]},
    {"parked": [parked("waiting", "2020-01-01T00:00:00+00:00")]},
    {"breakers": [{"territory": "64", "state": "open", "reason": "x"}]},
    {"paused": [{"territory": "64", "because": "an audit"}]}, {"lanes": {"served": 110, "known": 111}},
])  # fmt: skip
def test_every_trouble_is_one_sentence(trouble: dict) -> None:
    """That names the service."""
    [sentence] = _attention(standing(**trouble))
    assert "ledger" in sentence


def test_a_platform_that_does_not_run_is_said(tmp_path, monkeypatch) -> None:
    """With the command that starts it."""
    monkeypatch.setenv("MILLIARD_HOME", str(tmp_path))
    monkeypatch.delenv("MILLIARD_PLATFORM_FILE", raising=False)
    with pytest.raises(PlatformUnreachable, match="make up"):
        platform()


async def test_a_commands_token_is_the_local_keys(service, operator_key, tmp_path) -> None:
    """Each request is signed anew, and the services know it."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "operator.key").write_text(operator_key[0].read_text())
    token = Platform(facts={}, home=tmp_path).local_token()
    assert (await service.sessions.session_of(token)).is_local_key

"""The days on which a territory reminds: its treasurers set them, the national ones hold elsewhere."""

from typing import Any

import pytest

from shared.testing import client_for, session_token
from tests.pledges.conftest import TREASURER

API = "/api/pledges/reminder-policies"
PAGE = "/banque/relances"


@pytest.fixture
def ask(pledges) -> Any:
    """A request of a treasurer of a territory."""

    async def request(method: str, path: str, *, of: str = "64", **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {session_token(TREASURER, roles=[('treasurer', of)])}"}
        async with client_for(pledges) as http:
            return await http.request(method, path, headers=headers, **body)

    return request


async def test_the_national_days_hold_where_no_others_were_set(ask):
    """Ten days before, on the day, a week and three weeks after; sixty days."""
    held = (await ask("GET", f"{API}/64")).json()
    assert (held["days"], held["expiry_days"], held["is_own"]) == ([-10, 0, 7, 21], 60, False)


async def test_a_treasurer_sets_the_days_of_their_territory(ask):
    """And lets the national ones hold again."""
    held = (await ask("PUT", f"{API}/64", json={"days": [7, -3], "expiry_days": 90})).json()
    assert (held["days"], held["expiry_days"], held["is_own"]) == ([-3, 7], 90, True)
    assert (await ask("GET", f"{API}/33", of="33")).json()["is_own"] is False
    assert (await ask("DELETE", f"{API}/64")).json()["days"] == [-10, 0, 7, 21]


async def test_nobody_sets_the_days_of_another_territory(ask):
    """Nor the national ones, from a territory."""
    for elsewhere in ("33", "00"):
        answer = await ask("PUT", f"{API}/{elsewhere}", json={"days": [], "expiry_days": 90})
        assert answer.status_code == 403


async def test_days_out_of_bounds_are_refused_by_name(ask):
    """And the ones that held stay."""
    for body, code in (
        ({"days": [0] * 2, "expiry_days": 60}, "days_out_of_limits"),
        ({"days": [500], "expiry_days": 60}, "days_out_of_limits"),
        ({"days": [90], "expiry_days": 60}, "expiry_out_of_limits"),
    ):
        answer = await ask("PUT", f"{API}/64", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await ask("GET", f"{API}/64")).json()["is_own"] is False


async def test_the_national_days_can_be_changed_but_not_taken_away(ask):
    """They hold wherever there are no others."""
    answer = await ask("PUT", f"{API}/00", of="00", json={"days": [], "expiry_days": 30})
    assert answer.json()["days"] == []
    assert (await ask("DELETE", f"{API}/00", of="00")).status_code == 422
    assert (await ask("GET", f"{API}/64")).json()["days"] == []


async def test_the_page_sets_the_days_as_they_are_typed(ask):
    """With a minus before the number; the page then shows them in order."""
    answer = await ask("POST", f"{PAGE}/64", data={"days": "7, −3", "expiry_days": "45"})
    assert answer.headers["location"] == f"{PAGE}/64"
    page = (await ask("GET", f"{PAGE}/64")).text
    assert 'value="-3, 7"' in page
    assert "Revenir aux jours nationaux" in page


async def test_the_page_says_what_is_wrong(ask):
    """Beside its field, with what was typed."""
    page = await ask("POST", f"{PAGE}/64", data={"days": "demain", "expiry_days": "45"})
    assert page.status_code == 422
    assert "Écrivez des nombres de jours" in page.text
    assert 'value="demain"' in page.text

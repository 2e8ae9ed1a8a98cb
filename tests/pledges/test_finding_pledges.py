"""Finding pledges: what a search asks for, page by page, and who may ask."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.pledges.domain.pledge import PledgeState
from services.pledges.queries.finding_pledges import PAGE_PLEDGES, Place, Wanted, find_pledges
from shared.testing import client_for, session_token
from tests.pledges.statements import asked_statements, plan_of


@pytest.fixture
def find(pledges, as_treasurer: dict[str, str]) -> Any:
    """The answer of a search by HTTP."""

    async def get(path: str = "/api/pledges/pledges", **wanted: Any) -> Any:
        async with client_for(pledges) as http:
            return await http.get(path, params=wanted, headers=as_treasurer)

    return get


async def _references(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["reference"] for one in answer.json()["pledges"]]


async def test_a_reference_finds_its_pledge_however_it_is_written(promised, find) -> None:
    """With the spaces of a letter, or in lower case."""
    made = await promised()
    await promised()
    for written in (made["reference"], made["reference_in_groups"], made["reference"].lower()):
        assert await _references(await find(reference=written)) == [made["reference"]]


async def test_a_search_narrows_by_amount_territory_and_state(promised, find) -> None:
    """All that is asked for must hold."""
    wanted = await promised(1_234, "64")
    await promised(1_234, "75")
    await promised(5_000, "64")
    assert await _references(await find(amount_minor=1_234, territory="64")) == [wanted["reference"]]
    assert len(await _references(await find(amount_minor=1_234))) == 2
    assert len(await _references(await find(state="pledged"))) == 3
    assert await _references(await find(state="paid")) == []


async def test_a_paid_pledge_says_so(promised, find, send, movement, statement, bank_file) -> None:
    """Its state and what was received."""
    made = await promised(5_000)
    await send(bank_file(statement([movement(5_000, structured_reference=made["reference"])])))
    (found,) = (await find(state="paid")).json()["pledges"]
    assert (found["pledge_id"], found["received_minor"], found["person_id"]) == (
        made["pledge_id"],
        5_000,
        None,
    )


async def test_every_pledge_is_on_one_page_the_newest_first(pledges, promised, find) -> None:
    """Page after page, also where many were made at the same moment."""
    async with pledges.database.begin() as work:
        await work.execute(
            """
            insert into pledges (territory, pledge_id, person_id, by_member, fund, amount_minor, currency, reference,
                state, made_at)
            select '64', gen_random_uuid(), gen_random_uuid(), false, 'fonds-commun', 100, 'EUR', 'RF' || n, 'pledged',
                timestamptz '2026-01-01' + n / 40 * interval '1 day'
            from generate_series(1, :count) as n
            """,
            count=2 * PAGE_PLEDGES + 1,
        )
    seen: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    for length in (PAGE_PLEDGES, PAGE_PLEDGES, 1):
        answer = (await find(territory="64", **after)).json()
        assert len(answer["pledges"]) == length
        seen += answer["pledges"]
        after = {"after": answer["next"]}
    assert answer["next"] is None
    assert len({one["pledge_id"] for one in seen}) == 2 * PAGE_PLEDGES + 1
    assert [one["made_at"] for one in seen] == sorted((one["made_at"] for one in seen), reverse=True)


@pytest.mark.parametrize(
    ("state", "index"),
    [
        ("expired", "released"),
        ("cancelled", "released"),
        ("refunded", "returned"),
        ("partially_refunded", "returned"),
    ],
)
async def test_a_rare_state_is_found_without_reading_the_others(pledges, state: str, index: str) -> None:
    """By an index that no payment has to write."""
    async with pledges.database.begin() as work:
        await work.execute(
            """
            insert into pledges (territory, pledge_id, person_id, by_member, fund, amount_minor, currency, reference,
                state, made_at, received_minor, returned_minor, released_minor)
            select '64', gen_random_uuid(), gen_random_uuid(), false, 'fonds-commun', 100, 'EUR', 'RF' || n,
                case when rare = 100 then :state else 'pledged' end, timestamptz '2026-01-01' + n * interval '1 minute',
                rare, rare, rare
            from generate_series(1, 5000) as n, lateral (select case when n % 500 = 0 then 100 else 0 end as rare) as r
            """,
            state=state,
        )
        await work.execute("analyze pledges")
        with asked_statements(pledges) as sent:
            found = await find_pledges(work, Wanted(state=PledgeState(state)))
        steps = await plan_of(work, sent[0])
    assert f"ix_pledges__{index}" in [step.get("Index Name") for step in steps]
    assert len(found.pledges) == 10


@pytest.mark.parametrize(
    ("wanted", "says"),
    [({"reference": "RF00064000000001"}, "clé de contrôle"), ({"after": "hier"}, "« next »"),
     ({"after": f"0001-01-01T00:00:00+14:00_{uuid4()}"}, "« next »")],
)  # fmt: skip
async def test_what_cannot_be_searched_for_is_said(find, wanted: dict[str, str], says: str) -> None:
    """A typing mistake in a reference is told as one, not as a pledge that does not exist."""
    answer = await find(**wanted)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]


async def test_the_page_shows_what_was_found_and_leads_on(pledges, promised, find) -> None:
    """A link to the pledge, and the words of the search kept in the form."""
    made = await promised(123_456)
    page = await find("/banque/promesses", montant="1 234,56", territoire="64")
    assert page.status_code == 200
    assert f'href="/promesses/{made["pledge_id"]}"' in page.text
    assert 'value="1 234,56"' in page.text


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [("reference", "RF00064000000001", "clé de contrôle"), ("montant", "beaucoup", "montant en euros"),
     ("territoire", "20", "territoire dans la liste"), ("etat", "perdue", "état dans la liste")],
)  # fmt: skip
async def test_a_field_that_cannot_be_understood_is_said_beside_it(
    find, field: str, typed: str, says: str
) -> None:
    """And nothing is searched."""
    page = await find("/banque/promesses", **{field: typed})
    assert page.status_code == 422
    assert says in page.text


@pytest.mark.parametrize("path", ["/api/pledges/pledges", "/banque/promesses"])
async def test_only_national_treasurers_search(pledges, path: str) -> None:
    """A pledge's id opens its page."""
    who = {"Authorization": f"Bearer {session_token(uuid4(), roles=[('treasurer', '64')])}"}
    async with client_for(pledges) as http:
        assert (await http.get(path, headers=who)).status_code == 403
        assert (await http.get(path)).status_code == 401


def test_a_place_is_read_as_it_was_written() -> None:
    """To the microsecond."""
    place = Place(datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), uuid4())
    assert Place.read(place.written()) == place

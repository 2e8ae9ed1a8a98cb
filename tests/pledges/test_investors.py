"""The investors' roll: who is on it as of a day, what a later one of the same day changes, and what it never says."""

import csv
import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.pledges.queries.movements import MOVEMENTS
from services.pledges.queries.roll_entries import PAGE_ENTRIES, EntryPlace
from shared.events.pledges import InvestorRollDrawn
from shared.testing import client_for, recorded, session_token
from shared.values import today_in_france
from tests.pledges.conftest import TREASURER
from tests.pledges.organisations import BAKERY, PLEDGES

FIRST = date(2025, 3, 3)
ROLLS = "/api/pledges/investor-rolls"
AMOUNT = 123_457
SECOND = UUID("7d9f5a52-3b0c-4e0f-8a9a-0f6a3f1f0002")


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@pytest.fixture
async def http(pledges: Any) -> Any:
    async with client_for(pledges) as client:
        yield client


@pytest.fixture
def book(send: Any, statement: Any, bank_file: Any, movement: Any) -> Callable[..., Awaitable[str]]:
    """`await book(3, (pledge, 5000), (None, -100))`: a statement of a day; the bank's id of it."""

    async def import_(number: int, *moves: tuple[dict[str, Any] | None, int]) -> str:
        booked_on = day(number)
        lines = [
            movement(
                amount,
                booked_on=booked_on,
                value_on=booked_on,
                structured_reference=pledge["reference"] if pledge else None,
                return_reason="AC04" if amount < 0 else None,
            )
            for pledge, amount in moves
        ]
        header, lines = statement(
            lines, opening_minor=10**9, statement_id=f"RELEVE-{number}-{uuid4().hex[:6]}"
        )
        dated = replace(header, opening_on=booked_on, closing_on=booked_on, sequence_number=None)
        answer = await send(bank_file((dated, lines)))
        assert answer.status_code == 200, answer.text
        return str(dated.statement_id)

    return import_


@pytest.fixture
def draw(http: Any, as_treasurer: dict[str, str]) -> Callable[..., Awaitable[Any]]:
    """Draw the roll of a day by HTTP; its JSON."""

    async def post(number: int) -> Any:
        answer = await http.post(ROLLS, json={"as_of": str(day(number))}, headers=as_treasurer)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return post


@pytest.fixture
def persons(http: Any, as_treasurer: dict[str, str]) -> Callable[[Any], Awaitable[list[dict[str, str]]]]:
    """The rows of a roll's file."""

    async def read(roll: Any) -> list[dict[str, str]]:
        answer = await http.get(f"{ROLLS}/{roll['roll_id']}/entries.csv", headers=as_treasurer)
        assert sha256(answer.content).hexdigest() == roll["content_hash"]
        return list(csv.DictReader(io.StringIO(answer.text), delimiter=";"))

    return read


@pytest.fixture
def as_member(http: Any) -> Callable[..., Awaitable[Any]]:
    """Promise signed in: the pledge."""

    async def post(person_id: UUID, territory: str = "64") -> Any:
        headers = {"Authorization": f"Bearer {session_token(person_id)}"}
        body = {"amount_minor": AMOUNT, "territory": territory}
        return (await http.post(PLEDGES, json=body, headers=headers)).json()

    return post


async def test_a_person_is_on_the_roll_from_the_day_the_money_came(book, draw, promised) -> None:
    """The bank's day, included; a promise alone is not enough."""
    pledge = await promised()
    await book(5, (pledge, 5000))
    assert [(await draw(number))["person_count"] for number in (4, 5, 6)] == [0, 1, 1]


async def test_a_return_counts_from_its_own_day(book, draw, promised) -> None:
    """Before it the person is on the roll; after it only when something was kept."""
    whole, part = await promised(), await promised()
    await book(1, (whole, 5000), (part, 5000))
    await book(3, (whole, -5000), (part, -4999))
    assert [(await draw(number))["person_count"] for number in (2, 3)] == [2, 1]


async def test_who_gave_again_after_a_return_is_on_the_roll(book, draw, promised) -> None:
    """All movements up to the day count together."""
    pledge = await promised()
    await book(1, (pledge, 5000))
    await book(2, (pledge, -5000))
    await book(3, (pledge, 100))
    assert [(await draw(number))["person_count"] for number in (1, 2, 3)] == [1, 0, 1]


async def test_only_natural_persons_are_on_the_roll(book, draw, promised, http) -> None:
    """An organisation's money is received all the same."""
    body = {"amount_minor": 5000, "territory": "64", "payer": BAKERY}
    organisation = (await http.post(PLEDGES, json=body)).json()
    await book(1, (organisation, 5000), (await promised(), 5000))
    assert (await draw(1))["person_count"] == 1


async def test_a_member_of_two_territories_counts_once_in_each_and_once_in_all(
    book, draw, promised, persons, as_member
) -> None:
    """The entries say which persons are members; two promises for one territory are one entry."""
    member = uuid4()
    made = [await as_member(member, code) for code in ("64", "64", "2A")]
    await book(1, *((pledge, 5000) for pledge in made), (await promised(5000, "64"), 5000))
    roll = await draw(1)
    assert (roll["person_count"], roll["member_count"]) == (2, 1)
    assert [(one["territory"], one["person_count"], one["member_count"]) for one in roll["counts"]] == [
        ("2A", 1, 1),
        ("64", 2, 1),
    ]
    rows = await persons(roll)
    assert [(row["Territoire"], row["Membre"]) for row in rows if row["Personne"] == str(member)] == [
        ("2A", "oui"),
        ("64", "oui"),
    ]
    assert sorted(row["Membre"] for row in rows) == ["non", "oui", "oui"]


async def test_the_same_day_again_is_another_roll_with_the_same_content(book, draw, promised) -> None:
    """Its hash is that of the persons, not of the drawing; and it says that nothing changed."""
    await book(1, (await promised(), 5000), (await promised(), 5000))
    first, again = await draw(1), await draw(1)
    assert again["roll_id"] != first["roll_id"]
    assert again["content_hash"] == first["content_hash"]
    assert (again["previous_roll_id"], again["changes"]) == (first["roll_id"], [])
    assert (first["previous_roll_id"], first["changes"]) == (None, [])


async def test_statements_that_come_late_are_the_reason_of_what_changes(
    book, draw, promised, persons, http, as_treasurer
) -> None:
    """One person more and one fewer; the first roll stays as it was."""
    gone, come, stays = await promised(), await promised(), await promised()
    await book(1, (gone, 5000), (stays, 5000))
    first = await draw(3)
    before = await persons(first)
    await book(9, (stays, 100))
    late = await book(2, (gone, -5000), (come, 5000), (stays, 100))
    second = await draw(3)
    assert [(one["change"], one["cause"], one["count"]) for one in second["changes"]] == [
        ("added", "imported_since", 1),
        ("removed", "imported_since", 1),
    ]
    assert second["late_statements"] == [late]
    assert await persons(first) == before
    changed = (await http.get(f"{ROLLS}/{second['roll_id']}/changes", headers=as_treasurer)).json()["changes"]
    assert {(one["person_id"], one["change"]) for one in changed} == {
        (come["person_id"], "added"),
        (gone["person_id"], "removed"),
    }
    page = await http.get(f"/investisseurs/listes/{second['roll_id']}", headers=as_treasurer)
    assert "Un relevé importé depuis montre que tout leur a été rendu." in page.text


async def test_what_found_its_pledge_later_counts_from_the_bank_s_day(
    book, draw, promised, http, as_treasurer
) -> None:
    """And is off the roll again, with that reason, when it is undone."""
    pledge = await promised()
    await book(1, (None, 5000))
    assert (await draw(1))["person_count"] == 0
    (line,) = (await http.get("/api/pledges/suspense", headers=as_treasurer)).json()
    body = {"parts": [{"reference": pledge["reference"], "amount_minor": None}], "waiting_minor": 5000}
    address = f"/api/pledges/lines/{line['line_id']}"
    explained = await http.post(f"{address}/allocations", json=body, headers=as_treasurer)
    found = await draw(1)
    assert [(one["change"], one["cause"]) for one in found["changes"]] == [("added", "allocated_since")]
    undoing = f"/api/pledges/allocations/{explained.json()['allocations'][0]['allocation_id']}/undoing"
    await http.post(undoing, json={"reason": "Une autre personne"}, headers=as_treasurer)
    second = {"Authorization": f"Bearer {session_token(SECOND, roles=[('treasurer', '00')])}"}
    assert (await http.post(f"{undoing}/confirmation", headers=second)).status_code == 200
    undone = await draw(1)
    assert [(one["change"], one["cause"]) for one in undone["changes"]] == [("removed", "undone_since")]


async def test_the_movements_of_a_pledge_sum_to_what_it_kept(
    book, promised, pledges, http, as_treasurer
) -> None:
    """The one query of all movements and the pledge's own row never differ, however the money came and went."""
    made = [await promised() for _ in range(3)]
    await book(1, (made[0], 5000), (made[1], 700), (None, 900))
    await book(2, (made[0], -5000), (made[1], -300))
    (line,) = (await http.get("/api/pledges/suspense", headers=as_treasurer)).json()
    parts = [{"reference": pledge["reference"], "amount_minor": 450} for pledge in made[1:]]
    await http.post(
        f"/api/pledges/lines/{line['line_id']}/allocations",
        json={"parts": parts, "waiting_minor": 900},
        headers=as_treasurer,
    )
    async with pledges.database.begin() as work:
        rows = await work.execute(
            f"""
            select received_minor - returned_minor as kept, coalesce(sum(moved_minor), 0) as moved
            from pledges left join ({MOVEMENTS}) as movement using (pledge_id)
            group by territory, pledges.pledge_id
            """
        )
        assert sorted(map(tuple, rows)) == [(0, 0), (450, 450), (850, 850)]


async def test_a_roll_says_up_to_when_statements_were_in(book, draw, promised, http, as_treasurer) -> None:
    """So that whoever convenes knows that more may come."""
    await book(1, (await promised(), 5000))
    roll = await draw(4)
    assert roll["statements_until"] == str(day(1))
    page = await http.get(f"/investisseurs/listes/{roll['roll_id']}", headers=as_treasurer)
    assert "Des relevés manquaient peut-être" in page.text


async def test_no_amount_is_anywhere(book, draw, promised, persons, http, pledges, as_treasurer) -> None:
    """Neither in answers, pages and file, nor on the event; nor the name and the account of who paid."""
    pledge = await promised(AMOUNT)
    await book(1, (pledge, AMOUNT))
    roll = await draw(1)
    paths = [
        ROLLS,
        *(f"{ROLLS}/{last}" for last in ("complete", "mine", roll["roll_id"])),
        *(f"{ROLLS}/{roll['roll_id']}/{last}" for last in ("entries", "entries.csv", "changes")),
        *(f"/investisseurs{last}" for last in ("", "/listes", f"/listes/{roll['roll_id']}")),
        f"/investisseurs/listes/{roll['roll_id']}/personnes.csv",
    ]
    said = [(await http.get(path, headers=as_treasurer)).text for path in paths]
    (event,) = [event for event in await recorded(pledges) if isinstance(event, InvestorRollDrawn)]
    said += [json.dumps(roll), event.model_dump_json()]
    assert sum(pledge["person_id"] in one for one in said) == 3  # the entries and both files
    for words in said:
        assert not any(found in words for found in (str(AMOUNT), "1234,57", "1 234,57", "_minor", "Camille"))
    async with pledges.database.begin() as work:
        columns = await work.execute(
            "select column_name from information_schema.columns where table_name like 'investor\\_roll%'"
        )
        assert not any("minor" in name or "amount" in name for name in columns.scalars())


async def test_everybody_sees_totals_and_no_small_group(book, draw, promised, http, pledges) -> None:
    """On the page, in the open data and on the event alike; organisers see every count."""
    by_territory = {"64": 10, "33": 11, "75": 6, "2A": 5}
    made = [await promised(5000, code) for code, count in by_territory.items() for _ in range(count)]
    await book(1, *((pledge, 5000) for pledge in made))
    roll = await draw(1)
    assert {one["territory"]: one["person_count"] for one in roll["counts"]} == by_territory
    (event,) = [event for event in await recorded(pledges) if isinstance(event, InvestorRollDrawn)]
    (public,) = (await http.get(ROLLS)).json()
    shown = [{"territory": "33", "person_count": 11}, {"territory": "64", "person_count": 10}]
    assert public["counts"] == json.loads(event.model_dump_json())["counts"] == shown
    assert (public["person_count"], event.person_count, event.territory) == (32, 32, "00")
    assert event.subject.split(".")[3] == "public"
    assert public["content_hash"] == event.content_hash == roll["content_hash"]
    page = (await http.get("/investisseurs")).text
    assert "(33)" in page
    assert "(75)" not in page
    assert "(2A)" not in page


async def test_a_total_of_a_few_is_not_told(book, draw, promised, http, pledges) -> None:
    """Nine persons are too few for a figure."""
    await book(1, *[(await promised(), 5000) for _ in range(9)])
    await draw(1)
    (public,) = (await http.get(ROLLS)).json()
    (event,) = [event for event in await recorded(pledges) if isinstance(event, InvestorRollDrawn)]
    assert (public["person_count"], public["counts"], event.person_count, event.counts) == (
        None,
        [],
        None,
        (),
    )
    assert "Nombre de personnes non montré" in (await http.get("/investisseurs")).text


async def test_a_day_drawn_again_tells_everybody_of_no_few(book, draw, promised, http, pledges) -> None:
    """A late statement brings one person: page, open data and event keep the figures back; organisers see them."""
    made = [await promised(5000, code) for code in ("64", "33") for _ in range(12)]
    await book(1, *((pledge, 5000) for pledge in made))
    await draw(1)
    await book(1, (await promised(5000, "64"), 5000))
    again = await draw(1)
    assert (again["person_count"], again["counts"][1]["person_count"]) == (25, 13)
    public = (await http.get(ROLLS)).json()
    events = [event for event in await recorded(pledges) if isinstance(event, InvestorRollDrawn)]
    assert [(one["person_count"], len(one["counts"])) for one in public] == [(None, 0), (24, 2)]
    assert [(one.person_count, len(one.counts)) for one in events] == [(24, 2), (None, 0)]


async def test_a_person_learns_their_own_answer_and_no_other(book, draw, http, as_member) -> None:
    """Signed in; for each roll, with the territories."""
    member, other = uuid4(), uuid4()
    await book(2, (await as_member(member), 5000))
    await draw(1)
    await draw(2)
    who = {"Authorization": f"Bearer {session_token(member)}"}
    answers = (await http.get(f"{ROLLS}/mine", headers=who)).json()
    assert [(one["as_of"], one["is_listed"], one["territories"]) for one in answers] == [
        (str(day(2)), True, ["64"]),
        (str(day(1)), False, []),
    ]
    assert "Vous y êtes" in (await http.get("/investisseurs", headers=who)).text
    other_one = {"Authorization": f"Bearer {session_token(other)}"}
    answers = (await http.get(f"{ROLLS}/mine", params={"person_id": str(member)}, headers=other_one)).json()
    assert [one["is_listed"] for one in answers] == [False, False]
    assert (await http.get(f"{ROLLS}/mine")).status_code == 401
    assert "Vous y êtes" not in (await http.get("/investisseurs")).text


async def test_the_page_of_a_promise_says_whether_its_person_is_on_the_roll(
    book, draw, promised, http, as_member
) -> None:
    """Of the latest day; a member's promise tells nothing of the member's others."""
    paid, unpaid, member = await promised(), await promised(), uuid4()
    of_member = [await as_member(member), await as_member(member)]

    async def page(pledge: Any) -> str:
        return str((await http.get(f"/promesses/{pledge['pledge_id']}")).text)

    assert "/investisseurs" not in await page(paid)
    await book(1, (paid, 5000), (of_member[0], 5000))
    await draw(1)
    assert "Vous êtes sur <a" in await page(paid)
    assert "Vous n’êtes pas sur <a" in await page(unpaid)
    for pledge in of_member:
        assert "Vous avez promis en vous connectant" in await page(pledge)


async def test_a_day_to_come_has_no_roll(http, as_treasurer, pledges) -> None:
    """The form keeps what was typed and says so; nothing is drawn."""
    to_come = str(today_in_france() + timedelta(days=2))
    answer = await http.post(ROLLS, json={"as_of": to_come}, headers=as_treasurer)
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "Cette date est à venir : choisissez aujourd’hui ou un jour passé.",
    )
    for typed in (to_come, "hier", ""):
        page = await http.post("/investisseurs/listes", data={"as_of": typed}, headers=as_treasurer)
        assert page.status_code == 422
        assert "À corriger" in page.text
    assert [event for event in await recorded(pledges) if isinstance(event, InvestorRollDrawn)] == []


@pytest.mark.parametrize("role", ["treasurer", "national_operator"])
async def test_organisers_draw_by_the_form(book, promised, http, role: str) -> None:
    """And are led to the roll, which has its file."""
    await book(1, (await promised(), 5000))
    who = {"Authorization": f"Bearer {session_token(TREASURER, roles=[(role, '00')])}"}
    answer = await http.post("/investisseurs/listes", data={"as_of": str(day(1))}, headers=who)
    assert answer.status_code == 303, answer.text
    page = await http.get(answer.headers["location"], headers=who)
    assert "Pyrénées-Atlantiques (64)" in page.text
    file = await http.get(f"{answer.headers['location']}/personnes.csv", headers=who)
    assert sha256(file.content).hexdigest() in page.text


async def test_every_person_is_on_one_page(draw, http, pledges, as_treasurer) -> None:
    """Page after page, by territory; or of one territory only."""
    roll = await draw(1)
    async with pledges.database.begin() as work:
        await work.execute(
            """
            insert into investor_roll_entries (roll_id, territory, person_id, is_member)
            select :roll_id, case when n % 2 = 0 then '64' else '2A' end, gen_random_uuid(), false
            from generate_series(1, cast(:count as integer)) as n
            """,
            roll_id=UUID(roll["roll_id"]),
            count=2 * PAGE_ENTRIES + 4,
        )

    async def get(**wanted: Any) -> Any:
        return (
            await http.get(f"{ROLLS}/{roll['roll_id']}/entries", params=wanted, headers=as_treasurer)
        ).json()

    seen: list[Any] = []
    after: dict[str, str] = {}
    for length in (PAGE_ENTRIES, PAGE_ENTRIES, 4):
        answer = await get(**after)
        assert len(answer["entries"]) == length
        seen += [(one["territory"], one["person_id"]) for one in answer["entries"]]
        after = {"after": answer["next"]}
    assert answer["next"] is None
    assert len(set(seen)) == 2 * PAGE_ENTRIES + 4
    only = await get(territory="2a", after=(await get(territory="2a"))["next"])
    assert [one["territory"] for one in only["entries"]] == ["2A", "2A"]


@pytest.mark.parametrize("after", ["", "64", "64_x", f"6,4_{SECOND}", f"_{SECOND}"])
async def test_a_page_that_there_is_not_is_refused(draw, http, as_treasurer, after: str) -> None:
    """With what to do."""
    roll = await draw(1)
    answer = await http.get(
        f"{ROLLS}/{roll['roll_id']}/entries", params={"after": after}, headers=as_treasurer
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_place")


def test_a_place_is_read_as_it_was_written() -> None:
    """With a letter in its territory too."""
    place = EntryPlace("2A", uuid4())
    assert EntryPlace.read(place.written()) == place

"""A closed period stays as it was: late facts go to the first open day, and nobody posts behind it."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from shared.events.ledger import PeriodClosed
from shared.testing.harness import client_for, recorded, session_token
from shared.values import today_in_france
from tests.ledger.books import DAY, Books, payment, pledge, statement

MARCH = date(2026, 3, 31)


async def closed(books: Books, through: date = MARCH, *, by: UUID | None = None) -> Any:
    """The answer to a closing by a national treasurer."""
    who = by or await books.treasurer("00")
    body = {"through": f"{through}", "decision_reference": "AG du 12 avril"}
    return await books.post("/api/ledger/closings", who, roles=("00",), json=body)


async def days(books: Books, territory: str = "64") -> list[tuple[date, date]]:
    """On which day each entry is posted, and its value date."""
    found = await books.rows(
        "select entry_on, value_on from journal_entries where territory = :territory order by seq",
        territory=territory,
    )
    return [tuple(row) for row in found]


async def test_what_comes_late_is_posted_on_the_first_open_day(books: Books) -> None:
    """With its value date; what is of the open period keeps its day; lanes that had no books are closed too."""
    await books.hear(payment(1_000))
    assert (await closed(books)).status_code == 201
    april = MARCH + timedelta(days=1)
    await books.hear(payment(2_000), payment(3_000, booked_on=april + timedelta(days=4)))
    await books.hear(payment(4_000, territory="13"), pledge(5_000, territory="13"))
    assert await days(books) == [(DAY, DAY), (april, DAY), (april + timedelta(days=4), DAY)]
    assert {day for day, _ in await days(books, "13")} == {april}
    assert await books.problems() == []


async def test_a_closing_is_told_and_read_by_everybody(books: Books) -> None:
    """By an event and by HTTP; nobody's name is in it."""
    by = await books.treasurer("00")
    await closed(books, by=by)
    [said] = await recorded(books.service)
    assert isinstance(said, PeriodClosed)
    assert said.closed_through == MARCH
    async with client_for(books.service) as http:
        [shown] = (await http.get("/api/ledger/closings")).json()
        page = await http.get("/comptes/clotures")
    assert (shown["closed_through"], shown["decision_reference"]) == ("2026-03-31", "AG du 12 avril")
    assert "AG du 12 avril" in page.text
    assert str(by) not in page.text + str(shown)


async def test_the_same_closing_again_is_one(books: Books) -> None:
    """Two at once as well."""
    by = await books.treasurer("00")
    answers = await asyncio.gather(*(closed(books, by=by) for _ in range(3)))
    assert {answer.json()["closing_id"] for answer in answers} == {answers[0].json()["closing_id"]}
    assert len(await recorded(books.service)) == 1


@pytest.mark.parametrize("through", [today_in_france() + timedelta(days=1), MARCH - timedelta(days=1)])
async def test_only_a_later_and_past_period_is_closed(books: Books, through: date) -> None:
    """Tomorrow is not over; what is closed is not closed again in part."""
    await closed(books)
    refused = await closed(books, through)
    assert (refused.status_code, refused.json()["code"]) == (422, "period_not_closed")


async def test_a_period_with_an_unproved_statement_is_not_closed(books: Books) -> None:
    """A statement was announced and a line of it has not come."""
    await books.hear(statement(0, [payment(1_000)]))
    refused = await closed(books)
    assert (refused.status_code, refused.json()["code"]) == (409, "period_not_closed")
    assert "ne sont pas prouvés" in refused.json()["detail"]


async def test_a_period_is_not_closed_while_facts_wait(books: Books) -> None:
    """What is parked would be posted in the next one."""
    await books.rows(
        "insert into parked_events (territory, event_id, key, subject, headers, payload, status, reason)"
        f" values ('64', '{uuid4()}', 'k', 's', '{{}}', '', 'failed', 'x') returning 1"
    )
    refused = await closed(books)
    assert "milliard parked list" in refused.json()["detail"]


async def test_only_the_national_treasury_closes(books: Books) -> None:
    """By the ledger's own knowledge of the role: a session may be old."""
    refused = await closed(books, by=uuid4())
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_a_page_closes_and_says_what_is_missing(books: Books) -> None:
    """The form is shown to the national treasury alone; a refusal comes back with what was written."""
    by = await books.treasurer("00")
    headers = {"Authorization": f"Bearer {session_token(by, roles=[('treasurer', '00')])}"}
    async with client_for(books.service) as http:
        assert "Clôturer pour toujours" not in (await http.get("/comptes/clotures")).text
        missing = await http.post("/comptes/clotures", data={"through": "2026-03-31"}, headers=headers)
        form = {"through": "2026-03-31", "decision_reference": "AG du 12 avril"}
        done = await http.post("/comptes/clotures", data=form, headers=headers)
        again = await http.post("/comptes/clotures", data=form | {"through": "2026-03-30"}, headers=headers)
    assert (missing.status_code, "Nommez la décision" in missing.text) == (422, True)
    assert 'value="2026-03-31"' in missing.text
    assert done.status_code == 303
    assert (again.status_code, "déjà clos jusqu’au" in again.text) == (422, True)


async def test_the_database_refuses_a_line_behind_a_closing(books: Books) -> None:
    """Whoever writes it."""
    await books.hear(payment(1_000))
    await closed(books)
    with pytest.raises(DBAPIError, match="closed period"):
        await books.rows(
            "insert into journal_entries (territory, seq, event_id, journal, entry_number, entry_on, value_on,"
            " document, label, payload_hash, recorded_at, hash) select territory, 2, gen_random_uuid(), journal, 2,"
            " entry_on, value_on, document, label, payload_hash, recorded_at, hash from journal_entries"
        )


async def test_a_closing_is_never_taken_back(books: Books) -> None:
    """Not by the owner of the tables either, without putting the trigger aside."""
    await closed(books)
    with pytest.raises(DBAPIError, match="append-only"):
        await books.as_owner("delete from closings")


async def test_an_entry_that_was_dated_back_is_found(books: Books) -> None:
    """An owner who put all triggers aside: the verification names the entry."""
    await closed(books)
    await books.hear(payment(1_000))
    await books.as_owner(f"update journal_entries set entry_on = '{DAY}'")
    assert any("dans une période déjà close" in one for one in await books.problems())


async def test_a_batch_under_way_does_not_post_behind_a_closing(books: Books) -> None:
    """They take turns on the chain: whichever comes first, the books verify."""
    by = await books.treasurer("00")
    await asyncio.gather(closed(books, by=by), *(books.hear(payment(100 + n)) for n in range(8)))
    closed_at = (await books.rows("select closed_at from closings"))[0].closed_at
    late = await books.rows(
        "select seq from journal_entries where entry_on <= :through and recorded_at > :at",
        through=MARCH,
        at=closed_at,
    )
    assert late == []
    assert await books.problems() == []

"""The chart of accounts is the treasury's to write; what is posted follows it."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.ledger.domain.chart import FLOWS
from services.ledger.formats.chart_file import read_chart
from tests.ledger.books import FUND, Books, fee, payment
from tests.ledger.operations.test_correct import confirm, line, order

WHY = "Les honoraires ont leur compte."
FEES = {"number": "622600", "label": "Honoraires", "meaning": "Ce que coûtent les conseils.", "is_open": True}


@pytest.fixture
async def national(books: Books) -> UUID:
    return await books.treasurer("00")


async def put(books: Books, by: UUID, *accounts: dict[str, Any], reason: str = WHY) -> Any:
    """The present chart with these accounts written anew or added, as an editor sends it."""
    present = {one["number"]: one for one in (await books.get("/api/ledger/chart")).json()}
    said = ("number", "label", "meaning", "is_open")
    proposed = present | {one["number"]: one for one in accounts}
    async with books.client() as http:
        return await http.put(
            "/api/ledger/chart",
            headers=books.headers(by, ("00",)),
            json={
                "accounts": [{name: one[name] for name in said} for one in proposed.values()],
                "reason": reason,
            },
        )


async def test_the_table_begins_with_the_accounts_of_the_flows(books: Books) -> None:
    """What the migration wrote is what the data says."""
    table = (await books.get("/comptes/plan.csv")).content
    assert read_chart(table) == list(FLOWS)
    assert await books.problems() == []


async def test_an_account_is_added_with_its_author_and_reason(books: Books, national: UUID) -> None:
    """Once: the same chart again changes nothing."""
    assert (await put(books, national, FEES)).json() == {"changed": ["622600"]}
    assert (await put(books, national, FEES)).json() == {"changed": []}
    kept = await books.rows("select changed_by, reason, is_open from account_changes where number = '622600'")
    assert [tuple(row) for row in kept] == [(national, WHY, True)]
    assert await books.problems() == []


async def test_a_label_is_what_pages_and_files_show(books: Books, national: UUID) -> None:
    """At once, whatever the software called it."""
    await books.hear(payment(1_000))
    bank = {"number": "512100", "label": "La Nef, compte courant", "meaning": "", "is_open": True}
    assert (await put(books, national, bank)).status_code == 200
    for path in ("/comptes", "/comptes/64", "/comptes/balance", "/comptes/balance.csv", "/comptes/plan"):
        assert "La Nef, compte courant" in (await books.get(path)).text, path


async def test_only_the_national_treasury_writes_the_chart(books: Books) -> None:
    """The session says so, and so does the ledger's own projection."""
    here = await books.treasurer("64")
    assert (await put(books, here, FEES)).json()["code"] == "forbidden"
    async with books.client() as http:
        headers = books.headers(here, ("64",))
        answer = await http.put("/api/ledger/chart", headers=headers, json={"accounts": [], "reason": WHY})
    assert answer.status_code == 403


async def test_what_is_wrong_is_said_in_sentences_and_changes_nothing(books: Books, national: UUID) -> None:
    """All of it at once."""
    answer = await put(books, national, {**FEES, "label": ""}, {**FEES, "number": "999999"})
    assert answer.status_code == 422
    assert "n’a pas d’intitulé" in answer.json()["detail"]
    assert "999999" in answer.json()["detail"]
    assert (await put(books, national, FEES, reason="Voilà.")).status_code == 422
    assert await books.rows("select number from accounts where number in ('622600', '999999')") == []


async def test_a_correction_may_use_an_account_that_was_added(books: Books, national: UUID) -> None:
    """What the bank called a fee was a bill."""
    await books.hear(fee(1_500))
    first, second = national, await books.treasurer("00")
    lines = [line("512100", -1_500, "general"), line("622600", 1_500, "general")]
    path = "/api/ledger/00/entries/1/correction"
    body = {"json": {"lines": lines, "reason": WHY}}
    refused = await books.post(path, first, roles=("00",), **body)
    assert "622600 n’est pas au plan" in refused.json()["detail"]
    await put(books, national, FEES)
    ordered = (await books.post(path, first, roles=("00",), **body)).json()
    path = f"/api/ledger/00/corrections/{ordered['correction_id']}/confirmation"
    done = await books.post(path, second, roles=("00",), json={"order_hash": ordered["order_hash"]})
    assert done.json() == {"state": "confirmed"}
    assert await books.balances() == {"512100": -1_500, "622600": 1_500}
    assert await books.problems() == []
    closed = await put(books, national, {**FEES, "is_open": False})
    assert "n’est pas à zéro partout" in closed.json()["detail"]


async def test_a_correction_ordered_before_an_account_was_closed_is_refused(
    books: Books, national: UUID
) -> None:
    """What was right on the day of the order is not any more."""
    await books.hear(payment(1_000))
    await put(books, national, FEES)
    first, second = await books.treasurer(), await books.treasurer()
    ordered = await order(books, first, [line("512100", 1_000, FUND), line("622600", -1_000, FUND)])
    await put(books, national, {**FEES, "is_open": False})
    assert "clos" in (await confirm(books, second, ordered.json())).json()["detail"]


async def test_the_database_posts_nothing_to_a_closed_account(books: Books, national: UUID) -> None:
    """Whoever asks; once it is open again, it does."""
    entry = (
        "insert into journal_entries (territory, seq, event_id, journal, entry_number, entry_on, value_on, document,"
        " label, payload_hash, recorded_at, hash)"
        " values ('64', 9, gen_random_uuid(), 'OD', 1, now(), now(), 'd', 'l', '', now(), '')"
    )
    lines = (
        "insert into entry_lines (territory, seq, line, account, fund, instrument, currency, amount_minor)"
        " values ('64', 9, 1, '512100', 'f', 'gift', 'EUR', 5), ('64', 9, 2, '622600', 'f', 'gift', 'EUR', -5)"
    )
    await put(books, national, FEES)
    for is_open in (False, True):
        await put(books, national, {**FEES, "is_open": is_open})
        async with books.service.database.engine.connect() as connection:
            await connection.execute(text(entry))
            if is_open:
                await connection.execute(text(lines))
            else:
                with pytest.raises(DBAPIError, match="unknown account"):
                    await connection.execute(text(lines))
    states = await books.rows(
        "select is_open from account_changes where number = '622600' order by changed_at"
    )
    assert [row.is_open for row in states] == [True, False, True]


async def test_the_page_adds_writes_and_closes_an_account(books: Books, national: UUID) -> None:
    """With forms; who reads it without the role sees no form."""
    form = {"number": "622600", "label": "Honoraires", "meaning": "", "reason": WHY}
    assert (await books.post("/comptes/plan", national, roles=("00",), data=form)).status_code == 303
    again = await books.post("/comptes/plan", national, roles=("00",), data=form)
    assert "Ce compte est déjà au plan" in again.text
    path = "/comptes/plan/622600"
    assert "Honoraires" in (await books.get(path, national, roles=("00",))).text
    closed = {
        "label": "Honoraires et conseils",
        "meaning": "",
        "state": "closed",
        "reason": "Il ne sert plus à rien.",
    }
    assert (await books.post(path, national, roles=("00",), data=closed)).status_code == 303
    page = (await books.get("/comptes/plan")).text
    assert "Il ne sert plus à rien." in page
    assert "Clos le" in page
    assert "Ajouter un compte" not in page
    wrong = await books.post("/comptes/plan/754110", national, roles=("00",), data=closed)
    assert (wrong.status_code, "ne se clôt pas" in wrong.text) == (422, True)
    assert (await books.get("/comptes/plan/622601", national, roles=("00",))).status_code == 404


async def test_two_persons_at_once_take_nothing_back_of_one_another(books: Books, national: UUID) -> None:
    """Each form is about one account, and the chart is locked before it is read."""
    other = await books.treasurer("00")
    forms = [
        (national, "110000", "Report à nouveau, banque"),
        (other, "627000", "Frais de banque"),
        (other, "762000", "Intérêts reçus"),
    ]
    answers = await asyncio.gather(
        *(
            books.post(f"/comptes/plan/{number}", by, roles=("00",), data={"label": label, "reason": WHY})
            for by, number, label in forms
        )
    )
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    table = (await books.get("/comptes/plan.csv")).text
    assert all(f"{number};{label};" in table for _, number, label in forms)
    assert await books.problems() == []


async def test_an_unknown_person_is_no_treasurer(books: Books) -> None:
    """Whatever the session says."""
    assert (await put(books, uuid4(), FEES)).json()["code"] == "forbidden"


async def test_the_service_may_not_rewrite_what_was_changed(books: Books) -> None:
    """Neither remove an account."""
    for sql in (
        "update account_changes set reason = 'x'",
        "delete from account_changes",
        "delete from accounts",
    ):
        async with books.service.database.engine.connect() as connection:
            with pytest.raises(DBAPIError, match="permission denied"):
                await connection.execute(text(sql))
        async with books.owner.connect() as connection:
            with pytest.raises(DBAPIError, match="append-only"):
                await connection.execute(text(sql))

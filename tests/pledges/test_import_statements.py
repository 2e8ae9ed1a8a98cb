"""Importing bank files by HTTP: whole or not at all, once, and in any order."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.pledges.repository.statements import LONGEST_PAUSE, lock_imports
from shared.events.pledges import BankLineEvent, StatementImported
from shared.testing import client_for, recorded
from tests.pledges.conftest import FIRST_DAY

SAMPLES = Path(__file__).parent / "samples"


async def _tables_are_empty(service) -> bool:
    async with service.database.begin() as work:
        rows = await work.execute(
            "select (select count(*) from statements) + (select count(*) from bank_lines)"
            " + (select count(*) from gap_alarms) + (select count(*) from outbox_messages)"
        )
        return rows.scalar() == 0


async def _alarms(service, headers) -> list[tuple[str, int, int]]:
    async with client_for(service) as http:
        answer = await http.get("/api/pledges/alarms", headers=headers)
    return [(one["bank_statement_id"], one["expected_minor"], one["found_minor"]) for one in answer.json()]


async def test_a_file_with_two_statements_says_what_each_brought(send, movement, statement, bank_file):
    """Counts by fate, in the order of the file."""
    first = statement([movement(1000), movement(2000)], day=0)
    second = statement([movement(-300, transaction_code="PMNT/MDOP/CHRG")], day=1, opening_minor=3000)
    answer = await send(bank_file(first, second))
    assert answer.status_code == 200, answer.text
    report = answer.json()["statements"]
    assert [one["status"] for one in report] == ["imported", "imported"]
    assert [(one["line_count"], one["suspended_count"], one["fee_count"]) for one in report] == [
        (2, 2, 0),
        (1, 0, 1),
    ]
    assert all(one["follows_previous"] for one in report)


@pytest.mark.parametrize("version", ["camt.053.001.02", "camt.053.001.08"])
async def test_both_versions_of_the_norm_are_imported(send, movement, statement, bank_file, version):
    """camt.053.001.02 and .08 bring the same lines."""
    answer = await send(bank_file(statement([movement(1000)]), version=version))
    assert answer.json()["statements"][0]["line_count"] == 1


async def test_every_line_becomes_one_event_and_the_statement_one_more(
    pledges, send, movement, statement, bank_file
):
    """Nine lines over several chunks: nine events, then `StatementImported` with their sums."""
    lines = [movement(100 * amount) for amount in (1, 2, 3, 4, 5, 6, 7, -8, -9)]
    await send(bank_file(statement(lines, opening_minor=10_000)))
    events = await recorded(pledges)
    assert [event.amount_minor for event in events if isinstance(event, BankLineEvent)] == [
        100, 200, 300, 400, 500, 600, 700, 800, 900,
    ]  # fmt: skip
    last = events[-1]
    assert isinstance(last, StatementImported)
    assert (last.line_count, last.credit_minor, last.debit_minor) == (9, 2800, 1700)
    assert (last.opening_minor, last.closing_minor) == (10_000, 11_100)


async def test_the_same_file_twice_changes_nothing(pledges, send, movement, statement, bank_file):
    """Vector 7: the second import is told as known, and nothing new is said."""
    content = bank_file(statement([movement(1000), movement(-500)]))
    await send(content)
    before = await recorded(pledges)
    answer = await send(content)
    assert [one["status"] for one in answer.json()["statements"]] == ["already_imported"]
    assert await recorded(pledges) == before


async def test_the_same_statement_in_another_file_changes_nothing(
    pledges, send, movement, statement, bank_file
):
    """A bank may send a day alone, then again within its month, in another version of the norm."""
    day = statement([movement(1000)])
    await send(bank_file(day))
    answer = await send(
        bank_file(day, statement([movement(1)], day=1, opening_minor=1000), version="camt.053.001.02")
    )
    assert [one["status"] for one in answer.json()["statements"]] == ["already_imported", "imported"]
    assert len([event for event in await recorded(pledges) if isinstance(event, BankLineEvent)]) == 2


async def test_a_known_statement_with_other_content_is_refused(pledges, send, movement, statement, bank_file):
    """The whole file is refused, with the new statement that stands beside it."""
    await send(bank_file(statement([movement(1000)])))
    before = await recorded(pledges)
    fresh = statement([movement(5)], day=1, opening_minor=999)
    answer = await send(bank_file(fresh, statement([movement(999)])))
    assert (answer.status_code, answer.json()["code"]) == (422, "statement_changed")
    assert await recorded(pledges) == before


async def test_a_statement_under_another_id_is_refused(
    pledges, send, movement, statement, bank_file, promised
):
    """Banks make a new one at each download: the sentence names the first, and the pledge is paid once."""
    pledge = await promised(5000)
    lines = [movement(5000, structured_reference=pledge["reference"]), movement(-5000)]
    await send(bank_file(statement(lines)))
    before = await recorded(pledges)
    header, lines = statement(lines, statement_id="AGAIN")
    answer = await send(bank_file((replace(header, sequence_number=99), lines)))
    assert (answer.status_code, answer.json()["code"]) == (422, "statement_renamed")
    assert "«\u00a0RELEVE-000\u00a0»" in answer.json()["detail"]
    assert await recorded(pledges) == before


async def test_two_statements_that_say_the_same_in_one_file_are_refused(
    pledges, send, movement, statement, bank_file
):
    """The second would count the first again."""
    answer = await send(
        bank_file(statement([movement(1000)]), statement([movement(1000)], statement_id="AGAIN"))
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "statement_renamed")
    assert await _tables_are_empty(pledges)


async def test_a_month_after_one_of_its_days_is_refused(pledges, send, movement, statement, bank_file):
    """Its money would count twice; the sentence names the day, and nothing of the file stays."""
    await send(bank_file(statement([movement(1000)])))
    before = await recorded(pledges)
    lines = [movement(1000), movement(2000, booked_on=FIRST_DAY + timedelta(days=9))]
    header, lines = statement(lines, statement_id="NOVEMBRE")
    answer = await send(bank_file((replace(header, closing_on=FIRST_DAY + timedelta(days=28)), lines)))
    assert (answer.status_code, answer.json()["code"]) == (422, "days_told_twice")
    assert "«\u00a0RELEVE-000\u00a0»" in answer.json()["detail"]
    assert await recorded(pledges) == before


async def test_statements_without_lines_stand_beside_any_other(send, movement, statement, bank_file):
    """They count nothing: a month in which nothing had moved yet, two that say so, and its days."""
    quiet, _ = statement([], statement_id="QUIET")
    month = replace(quiet, closing_on=FIRST_DAY + timedelta(days=28))
    for content in (
        bank_file((quiet, []), (replace(quiet, statement_id="QUIET TOO"), [])),
        bank_file((replace(month, statement_id="NOVEMBRE"), [])),
        bank_file(statement([movement(1000)])),
    ):
        assert (await send(content)).status_code == 200


async def test_the_statement_of_another_account_is_refused(pledges, send, movement, statement, bank_file):
    """Only our own accounts are imported."""
    answer = await send(bank_file(statement([movement(1000)], iban="FR1420041010050500013M02606")))
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_account")
    assert "FR1420041010050500013M02606" not in answer.text
    assert await _tables_are_empty(pledges)


async def test_a_gap_is_imported_with_an_alarm_until_the_missing_statement_comes(
    pledges, send, movement, statement, bank_file, as_treasurer
):
    """Vector 7: day 2 opens higher than day 0 closed; day 1 closes the gap."""
    days = [
        statement([movement(1000)], day=0),
        statement([movement(500)], day=1, opening_minor=1000),
        statement([movement(200)], day=2, opening_minor=1500),
    ]
    await send(bank_file(days[0]))
    answer = await send(bank_file(days[2]))
    assert answer.json()["statements"][0]["gap_minor"] == 500
    assert await _alarms(pledges, as_treasurer) == [("RELEVE-002", 1000, 1500)]
    last = (await recorded(pledges))[-1]
    assert isinstance(last, StatementImported)
    assert not last.follows_previous

    await send(bank_file(days[1]))
    assert await _alarms(pledges, as_treasurer) == []


async def test_statements_in_any_order_within_a_file_follow_one_another(
    pledges, send, movement, statement, bank_file, as_treasurer
):
    """Some banks write the newest day first: no alarm is raised for that."""
    older = statement([movement(1000)], day=0)
    newer = statement([movement(500)], day=1, opening_minor=1000)
    answer = await send(bank_file(newer, older))
    assert all(one["follows_previous"] for one in answer.json()["statements"])
    assert await _alarms(pledges, as_treasurer) == []


async def test_statements_of_a_day_without_numbers_raise_no_alarm(
    pledges, send, movement, statement, bank_file, as_treasurer
):
    """Their balances say how they follow one another, whatever their ids."""
    whole = [
        statement([movement(1000)], statement_id=id, opening_minor=1000 * place)
        for place, id in enumerate(("S", "S p. 2", "S p. 10", "A"))
    ]
    await send(bank_file(*((replace(header, sequence_number=None), lines) for header, lines in whole)))
    await send(bank_file(statement([movement(5)], day=1, opening_minor=4000)))
    assert await _alarms(pledges, as_treasurer) == []


async def test_an_older_statement_that_comes_late_may_show_a_gap(
    pledges, send, movement, statement, bank_file, as_treasurer
):
    """A late statement is checked against both of its neighbours."""
    await send(bank_file(statement([movement(500)], day=5, opening_minor=7000)))
    await send(bank_file(statement([movement(1000)], day=0)))
    assert await _alarms(pledges, as_treasurer) == [("RELEVE-005", 1000, 7000)]


async def test_a_statement_that_does_not_add_up_leaves_nothing(pledges, send, movement, statement, bank_file):
    """The error comes after the lines were written in the transaction: they go with it."""
    good = statement([movement(1000)] * 6, day=0)
    bad = statement([movement(500)] * 6, day=1, opening_minor=6000, closing_minor=9001)
    answer = await send(bank_file(good, bad))
    assert (answer.status_code, answer.json()["code"]) == (422, "statement_does_not_add_up")
    assert await _tables_are_empty(pledges)


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("hostile_*.xml")), ids=lambda path: path.stem)
async def test_a_hostile_file_leaves_nothing(pledges, send, sample):
    """Entity bombs, DTDs, cut files, dollars: a sentence in French, no line, no event."""
    answer = await send(sample.read_bytes())
    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(".")
    assert await _tables_are_empty(pledges)


async def test_a_file_over_the_limit_is_refused_while_it_comes(make_service, as_treasurer):
    """The rest of it is not even read."""
    service = await make_service("pledges", max_statement_bytes=1000)
    read = 0

    async def body():
        nonlocal read
        for _ in range(100):
            read += 50_000
            yield b" " * 50_000

    async with client_for(service) as http:
        answer = await http.post("/api/pledges/statements", content=body(), headers=as_treasurer)
    assert (answer.status_code, answer.json()["code"]) == (413, "statement_too_large")
    assert read < 5_000_000
    assert await _tables_are_empty(service)


async def test_a_file_may_come_in_a_form(pledges, movement, statement, bank_file, as_treasurer):
    """The field of a form and a raw body are the same import."""
    content = bank_file(statement([movement(1000)]))
    async with client_for(pledges) as http:
        answer = await http.post(
            "/api/pledges/statements", files={"file": ("novembre.xml", content)}, headers=as_treasurer
        )
    assert answer.json()["file"] == "novembre.xml"


async def test_two_imports_of_one_file_at_the_same_time_count_it_once(
    pledges, send, movement, statement, bank_file
):
    """They wait for each other; the second finds it known."""
    content = bank_file(statement([movement(1000)] * 9))
    answers = await asyncio.gather(send(content), send(content))
    assert sorted(answer.json()["statements"][0]["status"] for answer in answers) == [
        "already_imported",
        "imported",
    ]
    assert len([event for event in await recorded(pledges) if isinstance(event, BankLineEvent)]) == 9


async def test_no_name_and_no_account_of_a_giver_leaves_this_service(
    pledges, send, movement, statement, bank_file, promised
):
    """Events carry neither names, nor accounts, nor free text; the account's own IBAN is shortened."""
    pledge = await promised()
    giver = {
        "counterparty_name": "Dominique Martin",
        "counterparty_iban": "FR1420041010050500013M02606",
        "remittance_text": "de la part de Dominique",
    }
    lines = [
        movement(1000, structured_reference=pledge["reference"], **giver),
        movement(700, **giver),
        movement(-100, return_reason="XX99 de Dominique", structured_reference=pledge["reference"], **giver),
    ]
    await send(bank_file(statement(lines)))
    async with pledges.database.begin() as work:
        rows = await work.execute(
            "select payload || headers::text from outbox_messages where payload like '%line%'"
        )
        said = " ".join(rows.scalars())
    assert said
    for private in ("Dominique", "FR1420041010050500013M02606", "FR7630006000011234567890189"):
        assert private not in said


async def test_the_direction_of_a_suspended_line_is_told(pledges, send, movement, statement, bank_file):
    """The ledger must know whether a line that waits came in or went out."""
    await send(bank_file(statement([movement(1000), movement(-400)])))
    suspended = [event for event in await recorded(pledges) if event.name == "payment_suspended"]
    assert [event.direction for event in suspended] == ["CRDT", "DBIT"]


async def test_an_import_may_pause_while_a_file_is_read(pledges):
    """A large file that is known asks the database nothing while it is read; other transactions stay as they were."""
    asked = "select current_setting('idle_in_transaction_session_timeout')"
    async with pledges.database.begin() as work:
        before = (await work.execute(asked)).scalar()
        await lock_imports(work)
        assert ((await work.execute(asked)).scalar(), before) == (LONGEST_PAUSE, "15s")
    async with pledges.database.begin() as work:
        assert (await work.execute(asked)).scalar() == before

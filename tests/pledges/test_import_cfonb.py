"""CFONB 120 files at the bank desk: matched like any other, and never beside another format for the same days."""

from datetime import date

import pytest

from shared.events.pledges import PaymentReceived, PaymentSuspended, StatementImported
from shared.testing import recorded
from tests.pledges.conftest import FIRST_DAY
from tests.pledges.formats.cfonb_writer import Movement, as_file
from tests.pledges.formats.cfonb_writer import statement as cfonb_statement

TUESDAY = date(2026, 11, 3)


def gift(reference: str) -> Movement:
    return Movement(
        signed_minor=5_000, on=TUESDAY, said=[("NPY", "CAMILLE EXEMPLE"), ("LCC", f"DON {reference}")]
    )


def days(*movements: Movement, opening_on: date = FIRST_DAY, closing_on: date = TUESDAY) -> bytes:
    return as_file(cfonb_statement(movements, opening_on=opening_on, closing_on=closing_on))


async def test_a_payment_finds_its_pledge(pledges, send, promised) -> None:
    """By the reference in the giver's words; a fee waits in suspense, and the statement is announced whole."""
    pledge = await promised()
    answer = await send(
        days(gift(pledge["reference"]), Movement(signed_minor=-300, on=TUESDAY, label="FRAIS"))
    )
    assert answer.status_code == 200, answer.text
    *_, received, suspended, imported = await recorded(pledges)
    assert isinstance(received, PaymentReceived)
    assert str(received.pledge_id) == pledge["pledge_id"]
    assert received.amount_minor == 5_000
    assert isinstance(suspended, PaymentSuspended)
    assert suspended.amount_minor == 300
    assert isinstance(imported, StatementImported)
    assert (imported.line_count, imported.closing_minor) == (2, 4_700)


async def test_the_same_file_twice_changes_nothing(pledges, send, promised) -> None:
    """It is known by its account and its days."""
    content = days(gift((await promised())["reference"]))
    await send(content)
    before = await recorded(pledges)
    again = await send(content)
    assert [one["status"] for one in again.json()["statements"]] == ["already_imported"]
    assert await recorded(pledges) == before


@pytest.mark.parametrize("first", ["camt", "cfonb"])
async def test_days_that_another_format_told_are_refused(
    pledges, send, movement, statement, bank_file, first: str
) -> None:
    """The same money would count twice: it is a French sentence, and nothing of the file stays."""
    files = {"camt": bank_file(statement([movement(1000)], day=1)), "cfonb": days(gift("RF18539007547034"))}
    assert (await send(files.pop(first))).status_code == 200
    before = await recorded(pledges)
    (second,) = files.values()
    answer = await send(second)
    assert (answer.status_code, await recorded(pledges)) == (422, before)
    assert "compteraient deux fois" in answer.json()["detail"]


async def test_another_format_may_go_on_where_one_ended(send, movement, statement, bank_file) -> None:
    """A bank changes its format one day: the balance of that day is the last of one and the first of the other."""
    assert (await send(bank_file(statement([movement(5000)])))).status_code == 200
    move = Movement(signed_minor=100, on=TUESDAY)
    records = cfonb_statement([move], opening_minor=5_000, opening_on=FIRST_DAY, closing_on=TUESDAY)
    answer = await send(as_file(records))
    assert answer.status_code == 200, answer.text
    assert answer.json()["statements"][0]["follows_previous"]

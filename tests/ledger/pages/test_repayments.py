"""Investments on pages: anybody reads what is left, treasurers schedule it."""

from uuid import UUID

import pytest

from tests.ledger.books import Books, reference_issued, repayment
from tests.ledger.operations.test_repayments import CONTRACT, Two, lent, scheduled

FORM = {
    "parts": "2",
    "every_months": "6",
    "first_on": "2026-01-31",
    "rate": "2,5",
    "decision_reference": CONTRACT,
}


@pytest.fixture
async def two(books: Books) -> Two:
    return await books.treasurer(), await books.treasurer()


async def test_a_page_schedules(books: Books, two: Two) -> None:
    """By a few numbers; the other treasurer reads every instalment, confirms, and the list says where it stands."""
    of = await lent(books, two, 100_000)
    page = f"/comptes/64/remboursements/{of.disbursement_id}"
    assert "Échéancier à établir" in (await books.get("/comptes/64/remboursements", two[0])).text
    assert (await books.post(page, two[0], data=FORM)).status_code == 303
    assert "Confirmer cet échéancier" not in (await books.get(page, two[0])).text
    shown = (await books.get(page, two[1])).text
    assert "12,50\u00a0€" in shown
    [listed] = (await books.get("/api/ledger/64/repayment-schedules", two[1])).json()
    [schedule] = listed["schedules"]
    path = f"/comptes/64/echeanciers/{schedule['schedule_id']}/confirmation"
    assert (await books.post(path, two[1], data={"order_hash": schedule["order_hash"]})).status_code == 303
    await books.hear(reference_issued(of))
    assert "RF68 0641 2345 6789 0" in (await books.get(page, two[1])).text


async def test_a_page_takes_the_instalments_of_the_contract(books: Books, two: Two) -> None:
    """One a line; a line that cannot be read is named, and an order may be given up."""
    of = await lent(books, two)
    page = f"/comptes/64/remboursements/{of.disbursement_id}"
    said = {"decision_reference": CONTRACT}
    wrong = await books.post(page, two[0], data=said | {"lines": "31/01/2027 ; 4 ; 0,20\nbientôt ; 6"})
    assert (wrong.status_code, "La ligne 2 ne se lit pas" in wrong.text) == (422, True)
    short = await books.post(page, two[0], data=said | {"lines": "31/01/2027 ; 4 ; 0,20"})
    assert (short.status_code, "au centime près" in short.text) == (422, True)
    none = await books.post(page, two[0], data=said)
    assert (none.status_code, "Choisissez le jour" in none.text) == (422, True)
    done = await books.post(page, two[0], data=said | {"lines": "31/01/2027;4;0,20\n\n2027-06-30 ; 6"})
    assert done.status_code == 303
    [listed] = (await books.get("/api/ledger/64/repayment-schedules", two[1])).json()
    assert [tuple(one.values()) for one in listed["schedules"][0]["instalments"]] == [
        ("2027-01-31", 400, 20),
        ("2027-06-30", 600, 0),
    ]
    path = f"/comptes/64/echeanciers/{listed['schedules'][0]['schedule_id']}/annulation"
    assert (await books.post(path, two[1])).status_code == 303


async def test_anybody_reads_what_is_left(books: Books, two: Two) -> None:
    """Lent, paid back and outstanding, as page and as JSON."""
    of = await scheduled(books, two)
    await books.hear(repayment(of, 120))
    shown = (await books.get("/comptes/64/investissements")).text
    assert of.organisation_name in shown
    assert "9,00\u00a0€" in shown
    said = (await books.get("/api/ledger/64/investments")).json()
    [sums] = said["sums"]
    assert (sums["lent_minor"], sums["repaid_minor"], sums["interest_minor"]) == (1_000, 100, 20)
    assert sums["outstanding_minor"] == 900
    assert "late_minor" not in said["investments"][0]


LATE = [{"due_on": "2020-01-31", "principal_minor": 1_000, "interest_minor": 30}]


async def test_who_is_late_is_not_told_where_few_owe(books: Books, two: Two) -> None:
    """Two organisations, one of which has two loans: the sums are for treasurers; from three on, for anybody."""
    for name in ("La Graine commune", "La Graine commune", "Les Jardins partagés"):
        await scheduled(books, two, LATE, organisation_name=name)
    [sums] = (await books.get("/api/ledger/64/investments")).json()["sums"]
    assert (sums["late_minor"], sums["due_in_a_year_minor"]) == (None, None)
    assert "retard" not in (await books.get("/comptes/64/investissements")).text
    assert "30,90\u00a0€" in (await books.get("/comptes/64/remboursements", two[0])).text
    last = await scheduled(books, two, LATE, organisation_name="Le Moulin")
    [sums] = (await books.get("/api/ledger/64/investments")).json()["sums"]
    assert (sums["late_minor"], sums["due_in_a_year_minor"]) == (4_120, 0)
    assert "41,20\u00a0€" in (await books.get("/comptes/64/investissements")).text
    await books.hear(repayment(last, 1_030))
    [sums] = (await books.get("/api/ledger/64/investments")).json()["sums"]
    assert sums["late_minor"] is None


async def test_francs_are_summed_apart_and_read_as_typed(books: Books, two: Two) -> None:
    """1 000 is a thousand francs, which have no cents; euros are beside them."""
    await lent(books, two)
    of = await lent(books, two, currency="XPF")
    page = f"/comptes/64/remboursements/{of.disbursement_id}"
    said = {"decision_reference": CONTRACT}
    wrong = await books.post(page, two[0], data=said | {"lines": "31/01/2027 ; 999,50 ; 0,50"})
    assert (wrong.status_code, "La ligne 1 ne se lit pas" in wrong.text) == (422, True)
    assert (await books.post(page, two[0], data=said | {"lines": "31/01/2027 ; 1 000"})).status_code == 303
    sums = (await books.get("/api/ledger/64/investments")).json()["sums"]
    assert [(one["currency"], one["lent_minor"]) for one in sums] == [("EUR", 1_000), ("XPF", 1_000)]
    assert "1\u202f000\u00a0F\u00a0CFP" in (await books.get("/comptes/64/investissements")).text


async def test_what_was_due_before_today_is_late(books: Books, two: Two) -> None:
    """Principal and interest, less what came."""
    of = await scheduled(
        books, two, [{"due_on": "2020-01-31", "principal_minor": 1_000, "interest_minor": 30}]
    )
    await books.hear(repayment(of, 130))
    [shown] = (await books.get("/api/ledger/64/repayment-schedules", two[0])).json()
    assert shown["late_minor"] == 900
    assert "En retard" in (await books.get("/comptes/64/remboursements", two[0])).text


async def test_an_investment_that_is_not_there_has_no_page(books: Books, two: Two) -> None:
    """404, in French."""
    answer = await books.get(f"/comptes/64/remboursements/{UUID(int=5)}", two[0])
    assert answer.status_code == 404

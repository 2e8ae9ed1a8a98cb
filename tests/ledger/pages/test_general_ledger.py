"""The general ledger and the journal as treasurers read and keep them."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.ledger.pages import general_ledger
from shared.testing import client_for, session_token
from tests.ledger.books import DAY, Books, fee, letter, payment, payment_back, pledge

NEXT = DAY + timedelta(days=1)
DAYS = "du=2026-01-01&au=2026-12-31"


@pytest.fixture
async def kept(books: Books) -> Books:
    back = payment(10_000)
    await books.hear(pledge(900), back, payment(700, territory="13"), fee(25))
    await books.hear(payment_back(back, 4_000, booked_on=NEXT))
    return books


async def table(
    books: Books, path: str, person: UUID, roles: tuple[str, ...] = ("64",)
) -> list[dict[str, Any]]:
    answer = await books.get(path, person, roles)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def test_the_page_shows_an_account_from_its_opening_to_its_closing(kept: Books) -> None:
    """What it held before, each line with the balance after it, what it holds at the end."""
    page = await kept.get(f"/comptes/64/grand-livre?compte=512100&du={NEXT}&au={NEXT}", uuid4())
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    for shown in ("Paiement", "100,00", "40,00", "60,00"):
        assert shown in page.text
    assert "Banque · Pyrénées-Atlantiques" in page.text


async def test_the_page_goes_on_where_it_stopped(kept: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its link leads to the next lines, which begin with what is carried over."""
    monkeypatch.setattr(general_ledger, "SHOWN", 1)
    keeper = uuid4()
    first = (await kept.get(f"/comptes/64/grand-livre?compte=512100&{DAYS}", keeper)).text
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = (await kept.get(link, keeper)).text
    assert "Report de la page précédente" in second
    assert "Report de la page" not in first
    assert 'rel="next"' not in second


async def test_without_an_account_the_page_offers_them(kept: Books) -> None:
    """Those that had a balance or a movement."""
    page = (await kept.get(f"/comptes/64/grand-livre?{DAYS}", uuid4())).text
    assert "compte=754110&amp;devise=EUR" in page
    assert "compte=627000&amp;devise=EUR" not in page


async def test_the_national_treasury_reads_all_territories_together(kept: Books) -> None:
    """With the national lane; a line says which territory it is of."""
    page = (await kept.get(f"/comptes/grand-livre?compte=512100&{DAYS}", uuid4(), roles=("00",))).text
    for shown in ("100,00", "7,00", "0,25", "66,75"):
        assert shown in page
    assert "/comptes/grand-livre?compte=512100" in (await kept.get("/comptes", uuid4(), roles=("00",))).text


@pytest.mark.parametrize(
    "path",
    ["/comptes/grand-livre", "/comptes/grand-livre.csv", "/comptes/journal.csv", "/comptes/33/grand-livre"],
)
async def test_a_role_in_one_territory_opens_no_other(kept: Books, path: str) -> None:
    """Neither all of them nor the next one."""
    assert (await kept.get(path, uuid4())).status_code == 403
    assert "grand-livre" not in (await kept.get("/comptes", uuid4())).text


async def test_the_national_treasury_opens_no_territory_alone(kept: Books) -> None:
    """A national role does not reach into a territory."""
    assert (await kept.get("/comptes/64/grand-livre", uuid4(), roles=("00",))).status_code == 403


async def test_stewards_read_and_correct_nothing(kept: Books) -> None:
    """They see entries by their numbers, without a link to correct them."""
    token = session_token(uuid4(), roles=[("steward", "64")])
    async with client_for(kept.service) as http:
        page = await http.get(
            f"/comptes/64/grand-livre?compte=512100&{DAYS}", headers={"Authorization": f"Bearer {token}"}
        )
    assert "COL 1" in page.text
    assert "/journal/" not in page.text


async def test_the_table_of_an_account_is_whole(kept: Books) -> None:
    """An opening, each line with its balance, the totals; in cents."""
    rows = await table(kept, f"/comptes/64/grand-livre.csv?compte=512100&du={NEXT}&au={NEXT}", uuid4())
    assert [(row["Libellé"], row["Débit"], row["Crédit"], row["Solde"]) for row in rows] == [
        ("Solde d’ouverture", "", "", "10000"),
        (rows[1]["Libellé"], "0", "4000", "6000"),
        ("Totaux et solde de clôture", "0", "4000", "6000"),
    ]
    assert {row["Compte"] for row in rows} == {"512100"}


async def test_the_table_of_all_accounts_ends_with_the_trial_balance(kept: Books) -> None:
    """Each account closes with its balance; the last line of each says the same."""
    rows = await table(kept, f"/comptes/grand-livre.csv?{DAYS}", uuid4(), roles=("00",))
    closings = {row["Compte"]: int(row["Solde"]) for row in rows if row["Libellé"].startswith("Totaux")}
    assert {account: held for account, held in closings.items() if held} == await kept.balances()
    last = {row["Compte"]: int(row["Solde"]) for row in rows if row["Écriture"]}
    assert last == closings


async def test_the_journal_as_a_table_is_of_the_journal_and_the_days_asked_for(kept: Books) -> None:
    """Each line of its entries, in the order of their numbers; debits are credits."""
    keeper = uuid4()
    rows = await table(kept, f"/comptes/64/journal.csv?journal=COL&{DAYS}", keeper)
    assert [(row["Journal"], row["Écriture"]) for row in rows] == [("COL", n) for n in ("1", "1", "2", "2")]
    assert sum(int(row["Débit"]) for row in rows) == sum(int(row["Crédit"]) for row in rows) == 14_000
    assert len(await table(kept, f"/comptes/64/journal.csv?journal=COL&du={NEXT}&au={NEXT}", keeper)) == 2
    assert len(await table(kept, "/comptes/64/journal.csv", keeper)) == 6, "all days, as on the page"
    assert {
        row["Territoire"] for row in await table(kept, f"/comptes/journal.csv?{DAYS}", keeper, ("00",))
    } == {
        "00",
        "13",
        "64",
    }


async def test_no_cell_is_a_formula(kept: Books) -> None:
    """A fund whose name a spreadsheet would run begins with an apostrophe, in both tables."""
    await kept.hear(payment(5, fund="=1+1"))
    for path in ("journal.csv?", "grand-livre.csv?compte=512100&"):
        rows = await table(kept, f"/comptes/64/{path}{DAYS}", uuid4())
        assert "'=1+1" in {row["Fonds"] for row in rows}
        assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


async def test_the_journal_page_is_narrowed_by_journal_and_days(kept: Books) -> None:
    """Fields that were left empty narrow nothing."""
    keeper = uuid4()
    whole = (await kept.get("/comptes/64/journal?journal=&du=&au=", keeper)).text
    assert "ENG 1" in whole
    assert "COL 2" in whole
    narrowed = (await kept.get(f"/comptes/64/journal?journal=COL&du={DAY}&au={DAY}", keeper)).text
    assert "COL 1" in narrowed
    assert "ENG 1" not in narrowed
    assert "COL 2" not in narrowed
    assert "Choisissez d’autres jours" in (await kept.get("/comptes/64/journal?journal=DEC", keeper)).text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("compte=999999", 404),
        ("compte=512100&devise=euros", 422),
        ("compte=512100&apres=hier", 422),
        ("compte=512100&apres=2026-99-99.64.1.1", 422),
        ("du=hier", 422),
    ],
)
async def test_an_address_that_names_nothing_is_refused(kept: Books, query: str, status: int) -> None:
    """With a sentence, not a failure."""
    assert (await kept.get(f"/comptes/64/grand-livre?{query}", uuid4())).status_code == status


async def test_letters_of_intent_are_read_by_who_keeps_the_books(kept: Books) -> None:
    """Treasurers of the territory see each account, as in its trial balance."""
    await kept.hear(letter(77_700))
    page = (await kept.get(f"/comptes/64/grand-livre?compte=802200&{DAYS}", uuid4())).text
    assert "777,00" in page

"""The books as files: what another program reads in them is what the ledger says."""

import hashlib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from beancount.core import realization
from beancount.core.data import Price
from beancount.loader import load_file

from services.ledger.formats.fec import TITLES
from services.ledger.formats.fec_check import check_fec
from shared.values import in_cents, today_in_france
from tests.ledger.books import (
    DAY,
    Books,
    fee,
    payment,
    payment_back,
    pledge,
    statement,
    unexplained,
)
from tests.ledger.mlc import EUSKO, Mlc

LAST_YEAR = DAY - timedelta(days=365)


@pytest.fixture
async def kept(books: Books) -> Books:
    """Two years of several territories, funds, instruments and currencies; the bank had something before."""
    books.service.settings.siren = "732829320"
    await books.adopt(500, on=LAST_YEAR)
    francs = {"territory": "988", "currency": "XPF"}
    await books.hear(*[payment(251, booked_on=LAST_YEAR, **francs) for _ in range(3)])
    old = [
        payment(10_000, booked_on=LAST_YEAR),
        fee(300, booked_on=LAST_YEAR),
        unexplained(700, booked_on=LAST_YEAR),
    ]
    await books.hear(*old)
    await books.hear(statement(5_000, old, day=LAST_YEAR))
    await books.prove()
    received = payment(4_567, territory="13", fund="terres", instrument="loan")
    await books.hear(pledge(9_900), payment(2_000), received, payment_back(received, 67, territory="13"))
    given = payment(1_000, **francs)
    await books.hear(given, payment(7, **francs, instrument="loan"), payment_back(given, 333, **francs))
    return books


async def exported(books: Books, format: str, *, year: int = DAY.year, by: UUID | None = None) -> Any:
    who = by or await books.treasurer("00")
    body = {"year": year, "format": format}
    return await books.post("/api/ledger/exports", who, roles=("00",), json=body)


def rows_of(answer: Any, encoding: str = "utf-8") -> list[dict[str, str]]:
    titles, *lines = answer.content.decode(encoding).splitlines()
    return [dict(zip(titles.split("\t"), line.split("\t"), strict=True)) for line in lines]


def sums_of(rows: list[dict[str, str]]) -> dict[str, Decimal]:
    """What each account ends with."""
    ends: dict[str, Decimal] = {}
    for row in rows:
        amount = Decimal(row["Debit"].replace(",", ".")) - Decimal(row["Credit"].replace(",", "."))
        ends[row["CompteNum"]] = ends.get(row["CompteNum"], Decimal()) + amount
    return ends


@pytest.mark.parametrize(("format", "encoding"), [("fec", "utf-8"), ("fec-iso-8859-15", "iso-8859-15")])
async def test_the_file_of_a_year_passes_the_checks(
    kept: Books, tmp_path: Path, format: str, encoding: str
) -> None:
    """Named after the SIREN and the closing date, eighteen fields, memo accounts left out."""
    answer = await exported(kept, format)
    assert answer.headers["content-disposition"] == 'attachment; filename="732829320FEC20261231.txt"'
    path = tmp_path / "732829320FEC20261231.txt"
    path.write_bytes(answer.content)
    assert check_fec(path) == []
    rows = rows_of(answer, encoding)
    assert set(rows[0]) == set(TITLES)
    assert not [row for row in rows if row["CompteNum"].startswith("8")]


async def test_units_of_a_local_currency_are_exported_as_what_they_are(kept: Books, tmp_path: Path) -> None:
    """In the FEC a unit is a euro, with its number and code beside it; for Beancount it is a commodity of its own."""
    await kept.guard()
    mlc = await Mlc.open(kept)
    await mlc.converted(100)
    await mlc.delivered(40)
    answer = await exported(kept, "fec")
    path = tmp_path / "732829320FEC20261231.txt"
    path.write_bytes(answer.content)
    assert check_fec(path) == []
    said = [
        (row["CompteNum"], row["Debit"], row["Credit"], row["Montantdevise"], row["Idevise"])
        for row in rows_of(answer)
        if row["JournalCode"] == "ML64"
    ]
    assert said[3:] == [
        ("467200", "0,00", "1,00", "", ""),
        ("530B01", "1,00", "0,00", "1,00", EUSKO),
        ("588000", "0,00", "1,00", "-1,00", EUSKO),
        ("657200", "0,40", "0,00", "0,40", EUSKO),
        ("530B01", "0,00", "0,40", "-0,40", EUSKO),
    ]
    other = tmp_path / "livres.beancount"
    other.write_bytes((await exported(kept, "beancount")).content)
    _, errors, _ = load_file(str(other))
    assert errors == []


async def test_a_year_opens_with_what_the_last_one_left(kept: Books) -> None:
    """Balance-sheet accounts as they stood, the result in 110000; each ends as the ledger has it, in euros."""
    rows = rows_of(await exported(kept, "fec"))
    opening = {row["CompteNum"] for row in rows if row["JournalCode"].startswith("RAN")}
    assert opening == {"512100", "471000", "110000"}
    ends = sums_of(rows)
    held = await kept.rows(
        "select territory, account, currency, sum(amount_minor)::bigint from balances"
        " where account in ('512100', '471000', '168100') group by territory, account, currency"
    )
    balances: dict[str, Decimal] = {}
    for _, account, currency, amount in held:
        balances[account] = balances.get(account, Decimal()) + Decimal(in_cents(amount, currency)) / 100
    assert {account: ends[account] for account in balances} == balances
    assert sum(ends.values()) == 0
    last_year = sums_of(rows_of(await exported(kept, "fec", year=LAST_YEAR.year)))
    assert ends["110000"] == sum(
        amount for account, amount in last_year.items() if account[0] in "67" or account == "110000"
    )


async def test_francs_are_euros_with_their_francs_beside(kept: Books) -> None:
    """A thousand are 8,38 €; the euros of a line are what its account moved by, so that no cent is lost."""
    rows = rows_of(await exported(kept, "fec"))
    given = [row for row in rows if row["JournalCode"] == "COL988"]
    said = ("CompteNum", "Debit", "Credit", "Montantdevise", "Idevise")
    assert [tuple(row[name] for name in said) for row in given[:2]] == [
        ("512100", "8,38", "0,00", "1000", "XPF"),
        ("754110", "0,00", "8,38", "-1000", "XPF"),
    ]
    assert all(row["Idevise"] == "" for row in rows if row["JournalCode"] == "COL64")


async def test_beancount_has_the_same_balances(kept: Books, tmp_path: Path) -> None:
    """Another program's arithmetic, account by account, territory, fund and instrument; and it finds no error."""
    path = tmp_path / "livres.beancount"
    path.write_bytes((await exported(kept, "beancount")).content)
    entries, errors, _ = load_file(str(path))
    assert errors == []
    real = realization.realize(entries)
    found = {
        (account.account, position.units.currency): position.units.number
        for account in realization.iter_children(real, leaf_only=True)
        for position in account.balance
    }
    ours = await kept.rows(
        "select account, territory, fund, instrument, currency, amount_minor from balances where amount_minor <> 0"
    )
    by_place = {}
    for account, territory, fund, instrument, currency, amount in ours:
        component = f"{fund[0].upper()}{fund[1:]}:{instrument[0].upper()}{instrument[1:]}"
        place = f"{account}:T{territory}:{component}", currency
        by_place[place] = Decimal(amount) if currency == "XPF" else Decimal(amount) / 100
    assert {
        (name.partition(":C")[2], currency): number for (name, currency), number in found.items()
    } == by_place
    assert {currency for _, currency in by_place} == {"EUR", "XPF"}
    prices = [entry for entry in entries if isinstance(entry, Price)]
    assert [(one.currency, str(one.amount)) for one in prices] == [("XPF", "0.00838 EUR")]


async def test_what_was_given_out_is_kept_with_its_hash(kept: Books) -> None:
    """The same books give the same file, and a later entry another; who, when and how much is written down."""
    by = await kept.treasurer("00")
    one, same = await exported(kept, "fec", by=by), await exported(kept, "fec", by=by)
    await kept.hear(payment(1))
    other = await exported(kept, "fec", by=by)
    assert one.content == same.content != other.content
    listed = (await kept.get("/api/ledger/exports", by, roles=("00",))).json()
    assert [row["sha256"] for row in listed] == [
        hashlib.sha256(answer.content).hexdigest() for answer in (other, same, one)
    ]
    assert listed[0]["size_bytes"] == len(other.content)


async def test_a_file_comes_with_its_description(kept: Books) -> None:
    """What journals and accounts mean, in French; never that it conforms."""
    by = await kept.treasurer("00")
    answer = await kept.get("/api/ledger/exports/2026/description", by, roles=("00",))
    assert "COL<territoire> : Encaissements" in answer.text
    assert "754110 : Dons manuels" in answer.text
    assert "conforme" not in answer.text


async def test_without_a_siren_no_such_file_is_written(books: Books) -> None:
    """Its name would be wrong; Beancount needs none."""
    refused = await exported(books, "fec")
    assert (refused.status_code, refused.json()["code"]) == (409, "siren_missing")
    assert (await exported(books, "beancount")).status_code == 200


async def test_a_year_to_come_has_no_books(kept: Books) -> None:
    """Nor one before there were any."""
    assert (await exported(kept, "fec", year=today_in_france().year + 1)).json()[
        "code"
    ] == "year_not_exported"

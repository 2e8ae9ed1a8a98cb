"""The registry of local currencies: who issues one, where it runs, who accepts it; each edit with its decision."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from tests.ledger.books import Books
from tests.ledger.mlc import EUSKO, OUTSIDE, SIREN, TERMS, Mlc


@pytest.fixture
async def mlc(books: Books) -> Mlc:
    return await Mlc.open(books)


async def kept(books: Books) -> list[tuple[str, str]]:
    """The kinds of the registry's edits and their decisions, in order."""
    rows = await books.rows("select kind, decision_reference from local_currency_edits order by code, edit")
    return [tuple(row) for row in rows]


async def test_each_currency_has_an_account_of_its_own(books: Books, mlc: Mlc) -> None:
    """530B01, 530B02 …, also when several come at once; the same again is the same one."""
    codes = ["X-GONETTE", "X-RADIS", "X-SOL"]
    answers = await asyncio.gather(*(mlc.register(code, name=code) for code in codes))
    assert sorted(answer.json()["held_account"] for answer in answers) == ["530B02", "530B03", "530B04"]
    assert (await mlc.register()).json() == {"code": EUSKO, "held_account": "530B01"}
    assert (await mlc.register(name="Autre")).json()["code"] == "currency_exists"


async def test_an_account_that_the_treasury_opened_is_passed_over(books: Books, mlc: Mlc) -> None:
    """What is in it is not the currency's."""
    await change(books, mlc, number="530B02", label="Caisse de la fête", is_open=True)
    assert (await mlc.register("X-SOL", name="Sol")).json()["held_account"] == "530B03"


async def test_the_account_of_a_currency_stays_open(books: Books, mlc: Mlc) -> None:
    """Units may come at any time."""
    refused = await change(books, mlc, number="530B01", label="Caisse en X-EUSKO", is_open=False)
    assert (refused.status_code, "une monnaie locale du registre" in refused.text) == (422, True)


async def change(books: Books, mlc: Mlc, **account: Any) -> Any:
    """One account of the chart added or written anew, by the national treasury."""
    said = ("number", "label", "meaning", "is_open")
    present = {
        one["number"]: {name: one[name] for name in said}
        for one in (await books.get("/api/ledger/chart")).json()
    }
    accounts = [*{**present, account["number"]: {"meaning": "", **account}}.values()]
    async with books.client() as http:
        return await http.put(
            "/api/ledger/chart",
            headers=books.headers(mlc.national, ("00",)),
            json={"accounts": accounts, "reason": "La fête a sa caisse."},
        )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": "EUR"}, "X-EUSKO"),
        ({"code": "X-E"}, "X-EUSKO"),
        ({"name": " "}, "Le nom de la monnaie"),
        ({"issuer_identifier": "732829321"}, "SIREN"),
        ({"issuer_iban": "FR7630006000011234567890180"}, "IBAN"),
        ({"issuer_iban": "BR1500000000000010932840814P2"}, "SEPA"),
        ({"decision_reference": "x"}, "décision"),
    ],
)
async def test_what_is_wrong_about_a_currency_is_said(mlc: Mlc, wrong: dict[str, str], said: str) -> None:
    """By one sentence about one field, and nothing is registered."""
    answer = await mlc.register(**{"code": "X-SOL", **wrong})
    assert (answer.status_code, said in answer.json()["detail"]) == (422, True)


async def test_lists_are_replaced_whole_and_every_edit_is_kept(books: Books, mlc: Mlc) -> None:
    """The same list again is no edit; the public registry shows the newest."""
    await mlc.list("perimeter", "commune;nom\n64102;Bayonne\n40088;Dax\n")
    await mlc.list("perimeter", "40088\n64102")
    await mlc.list(
        "network", f"identifiant;nom;depuis\n{OUTSIDE};Le Four;2026-01-01\n{SIREN};La Graine;2020-01-01"
    )
    assert [kind for kind, _ in await kept(books)] == [
        "terms",
        "perimeter",
        "network",
        "perimeter",
        "network",
    ]
    [shown] = (await books.get("/api/ledger/local-currencies")).json()
    assert shown["communes"] == ["40088", "64102"]
    assert [one["identifier"] for one in shown["network"]] == [SIREN, OUTSIDE]
    assert shown["decisions"]["network"]["decision_reference"] == "CA du 1er avril"
    assert TERMS["issuer_iban"] not in str(shown)


async def test_a_list_with_a_wrong_line_changes_nothing(books: Books, mlc: Mlc) -> None:
    """Every wrong line is told at once."""
    refused = await mlc.list(
        "network", f"{SIREN};La Graine;2020-01-01\n732829321;Le Four;hier\n{SIREN};Encore;2020-01-01"
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "list_refused")
    assert "Ligne 2" in refused.json()["detail"]
    assert "Ligne 3" in refused.json()["detail"]
    assert len(await kept(books)) == 3


async def test_only_the_country_s_treasurers_and_operators_edit(books: Books, mlc: Mlc) -> None:
    """A session alone makes none, nor does a role in a territory."""
    path, body = (
        f"/api/ledger/local-currencies/{EUSKO}/perimeter",
        {"csv": "64102", "decision_reference": "CA"},
    )
    assert (await books.post(path, mlc.first, roles=("64",), json=body)).status_code == 403
    assert (await books.post(path, mlc.first, roles=("00",), json=body)).status_code == 403
    assert (await mlc.list("perimeter", "64102", code="X-RIEN")).json()["code"] == "unknown_currency"


@pytest.mark.parametrize(
    "sql",
    [
        "update local_currencies set held_account = '530B09'",
        "delete from local_currency_edits",
        "update local_currency_terms set issuer_iban = 'FR76'",
        "delete from local_currency_communes",
        "delete from local_currency_acceptors",
        "delete from conversions",
        "delete from local_currency_deliveries",
    ],
)
async def test_what_was_decided_stays(books: Books, mlc: Mlc, sql: str) -> None:
    """The database refuses it to the service's role."""
    async with books.service.database.engine.connect() as connection:
        with pytest.raises(DBAPIError, match=r"append-only|permission"):
            await connection.exec_driver_sql(sql)

"""Importing pledges from a file: whole or not at all, once."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from stdnum import iso11649

from shared.events.pledges import PledgeMade
from shared.testing import client_for, recorded, session_token
from shared.values import today_in_france
from tests.pledges.statements import counted_statements

IMPORTS = "/api/pledges/imports"
PAGE = "/banque/promesses/importer"
FILE = """\
territoire;montant;type;organisation;siren;instrument;engagement;fonds;identifiant
64;50;;;;;;;
64;50;personne;;;don;promesse;fonds-commun;
2a;"1 234,56";Entreprise;La Boulange solidaire;732 829 320;Prêt;Lettre d'intention;;B-7
1;2000;;;;;;;B-8
"""


@pytest.fixture
def send_csv(pledges, as_treasurer: dict[str, str]) -> Any:
    """The answer to a file sent by HTTP."""

    async def post(text: str | bytes = FILE, *, path: str = IMPORTS, **query: Any) -> Any:
        content = text.encode() if isinstance(text, str) else text
        async with client_for(pledges) as http:
            return await http.post(path, content=content, params=query, headers=as_treasurer)

    return post


async def _made(pledges) -> list[PledgeMade]:
    return [event for event in await recorded(pledges) if isinstance(event, PledgeMade)]


async def test_each_line_becomes_a_pledge_that_the_others_hear_of(pledges, send_csv) -> None:
    """Two persons who promise the same are two pledges; each has a reference of the norm, in its territory."""
    report = (await send_csv()).json()
    assert (report["new_count"], report["known_count"]) == (4, 0)
    assert (report["promised_minor"], report["intended_minor"]) == (210_000, 123_456)
    references = [line["reference"] for line in report["lines"]]
    assert all(iso11649.is_valid(reference) for reference in references)
    assert len(set(references)) == 4
    events = await _made(pledges)
    assert [event.reference for event in events] == references
    assert [(event.territory, event.amount_minor, event.commitment) for event in events] == [
        ("64", 5_000, "promise"),
        ("64", 5_000, "promise"),
        ("2A", 123_456, "letter_of_intent"),
        ("01", 200_000, "promise"),
    ]
    assert (events[2].payer_kind, events[2].instrument) == ("company", "loan")
    assert not any("Boulange" in event.model_dump_json() for event in events)


async def test_imported_pledges_are_due_as_those_of_the_page(pledges, send_csv) -> None:
    """In thirty days; a letter of intent never."""
    await send_csv()
    due_on = today_in_france() + timedelta(days=30)
    assert [event.first_due_on for event in await _made(pledges)] == [due_on, due_on, None, due_on]
    async with pledges.database.begin() as work:
        rows = await work.execute("select due_on from pledges where commitment = 'promise'")
        assert set(rows.scalars()) == {due_on}


async def test_a_dry_run_tells_the_same_and_does_nothing(pledges, send_csv) -> None:
    """Line by line; only references are not drawn yet."""
    planned = (await send_csv(dry_run=True)).json()
    assert await _made(pledges) == []
    done = (await send_csv()).json()
    for line in done["lines"]:
        line["reference"] = None
    assert planned == done | {"import_id": None}


async def test_the_same_file_twice_changes_nothing(pledges, send_csv) -> None:
    """Also when its cells are separated otherwise; the answer is the same import, with its references."""
    first, again = (await send_csv()).json(), (await send_csv()).json()
    rewritten = io.StringIO()
    csv.writer(rewritten).writerows(csv.reader(FILE.splitlines(), delimiter=";"))
    third = (await send_csv("\ufeff" + rewritten.getvalue())).json()
    assert len(await _made(pledges)) == 4
    for report in (again, third):
        assert (report["import_id"], report["new_count"], report["known_count"]) == (first["import_id"], 0, 4)
        assert [one["reference"] for one in report["lines"]] == [one["reference"] for one in first["lines"]]


async def test_a_line_with_an_identifier_is_known_in_another_file(pledges, send_csv) -> None:
    """The new ones of that file are made."""
    await send_csv("territoire;montant;identifiant\n64;50;A\n")
    report = (await send_csv("territoire;montant;identifiant\n75;10;B\n64;50;A\n")).json()
    assert [(line["line"], line["is_known"]) for line in report["lines"]] == [(2, False), (3, True)]
    assert len(await _made(pledges)) == 2


async def test_what_may_be_the_same_pledge_is_refused_and_not_guessed(pledges, send_csv) -> None:
    """A known identifier with other content; a line like one of another file, without an identifier."""
    await send_csv("territoire;montant;identifiant\n64;50;A\n64;70;\n")
    answer = await send_csv("territoire;montant;identifiant\n64;51;A\n64;70;\n75;10;\n")
    assert (answer.status_code, answer.json()["code"]) == (422, "lines_refused")
    assert [error["field"] for error in answer.json()["errors"]] == ["ligne 2", "ligne 3"]
    assert len(await _made(pledges)) == 2


WRONG = [
    ("20;50;;;;;;;", "territoire"),
    ("00;50;;;;;;;", "territoire"),
    ("64;beaucoup;;;;;;;", "montant"),
    ("64;0,50;;;;;;;", "compris entre"),
    ("64;200000000;;;;;;;", "compris entre"),
    ("64;50;licorne;;;;;;", "écrivez personne, entreprise"),
    ("64;50;;;;lingots;;;", "écrivez don, prêt"),
    ("64;50;;;;;serment;;", "écrivez promesse"),
    ("64;50;;;;;;autre;", "fonds"),
    ("64;50;;Camille Exemple;;;;;", "ni nom ni numéro"),
    ("64;50;personne;;732829320;;;;", "ni nom ni numéro"),
    ("64;50;entreprise;La Boulange;732829321;;;;", "SIREN"),
    ("64;50;entreprise;La Boulange;;;;;", "SIREN"),
    ("64;50;entreprise;;732829320;;;;", "obligatoire"),
    ("64;50;;;;prêt;promesse;;", "lettre d’intention"),
    ("64;50;;;;;engagement signé;;", "se signe par qui s’engage"),
    ("64;50;;;;souscription croisée;lettre d’intention;;", "souscription croisée"),
    ("64;50;;;;;;;camille@exemple.fr", "courriel"),
    ("64;50;;;;;;;" + "x" * 81, "80"),
    ("64;50;;;;;;;a\0b", "invisibles"),
]


async def test_a_file_with_one_wrong_line_imports_nothing(pledges, send_csv) -> None:
    """Every error of every line is told, with the line's number, in one French sentence each."""
    text = FILE + "\n".join(line for line, _ in WRONG) + "\n"
    dry, answer = await send_csv(text, dry_run=True), await send_csv(text)
    assert answer.status_code == 422
    errors = {error["field"]: error["message"] for error in answer.json()["errors"]}
    for number, (line, says) in enumerate(WRONG, start=6):
        assert says in errors[f"ligne {number}"], line
        assert errors[f"ligne {number}"].endswith("."), line
    assert len(errors) == len(WRONG)
    assert [error["message"] for error in dry.json()["errors"]] == list(errors.values())
    assert await _made(pledges) == []


async def test_two_lines_with_one_identifier_are_refused(send_csv) -> None:
    """The error names the first of them."""
    answer = await send_csv("territoire;montant;identifiant\n64;50;A\n64;70;A\n")
    (error,) = answer.json()["errors"]
    assert (error["field"], "ligne 2" in error["message"]) == ("ligne 3", True)


async def test_a_thousand_lines_are_no_more_statements_than_ten(pledges, send_csv) -> None:
    """Every line has its own reference."""
    counts = []
    for least, most in ((1, 11), (1001, 2001)):
        text = "territoire;montant\n" + "".join(f"64;{number}\n" for number in range(least, most))
        with counted_statements(pledges) as statements:
            report = (await send_csv(text)).json()
        assert len({line["reference"] for line in report["lines"]}) == most - least
        counts.append(len(statements))
    assert counts[1] <= counts[0]
    assert len(await _made(pledges)) == 1010


async def test_a_taken_reference_is_drawn_again(pledges, send_csv, monkeypatch) -> None:
    """By another pledge, or by another line of the file."""
    serials = iter([7, 7, 7, 8, 9])
    monkeypatch.setattr("secrets.randbelow", lambda _: next(serials))
    await send_csv("territoire;montant\n64;50\n")
    report = (await send_csv("territoire;montant\n64;60\n64;70\n")).json()
    assert {line["reference"][-1] for line in report["lines"]} == {"8", "9"}


@pytest.mark.parametrize("limit", [{"max_pledge_file_bytes": 100}, {"max_imported_pledges": 2}])
async def test_a_file_beyond_its_bounds_is_refused(make_service, as_treasurer, limit: dict[str, int]) -> None:
    """By its bytes or its lines."""
    service = await make_service("pledges", **limit)
    async with client_for(service) as http:
        answer = await http.post(IMPORTS, content=FILE.encode(), headers=as_treasurer)
    assert answer.status_code in (413, 422)
    assert "découpez-le" in answer.json()["detail"]
    assert await recorded(service) == []


async def test_the_result_has_the_reference_and_the_page_of_each_line(
    pledges, send_csv, as_treasurer: dict[str, str]
) -> None:
    """As a file for a spreadsheet, by API and from the page; of an unknown import there is none."""
    report = (await send_csv()).json()
    async with client_for(pledges) as http:
        result = await http.get(f"{IMPORTS}/{report['import_id']}/result.csv", headers=as_treasurer)
        same = await http.get(f"/banque/promesses/imports/{report['import_id']}.csv", headers=as_treasurer)
        missing = await http.get(f"{IMPORTS}/{uuid4()}/result.csv", headers=as_treasurer)
        listed = (await http.get(IMPORTS, headers=as_treasurer)).json()
        rows = list(csv.DictReader(io.StringIO(result.content.decode("utf-8-sig")), delimiter=";"))
        page = await http.get(rows[2]["Page"])
    assert result.content == same.content
    assert [row["Référence"] for row in rows] == [line["reference"] for line in report["lines"]]
    assert (rows[2]["Ligne"], rows[2]["Identifiant"], rows[2]["Montant"]) == ("4", "B-7", "1234,56")
    assert "La Boulange solidaire" in page.text
    assert missing.status_code == 404
    assert [one["new_count"] for one in listed] == [4]


async def test_the_page_checks_then_imports(pledges, as_treasurer: dict[str, str]) -> None:
    """What would be made, then the file with the references; wrong lines with their numbers."""
    async with client_for(pledges) as http:

        async def send_file(path: str, text: str) -> Any:
            return await http.post(path, files={"file": ("avril.csv", text.encode())}, headers=as_treasurer)

        shown = await http.get(PAGE, headers=as_treasurer)
        checked = await send_file(f"{PAGE}/verification", FILE)
        assert await _made(pledges) == []
        wrong = await send_file(PAGE, FILE + "20;50;;;;;;;\n")
        done = await send_file(PAGE, FILE)
    assert "Pourquoi aucun nom de personne" in shown.text
    assert "créerait 4&nbsp;promesses" in checked.text
    assert wrong.status_code == 422
    assert "ligne 6 : " in wrong.text
    assert "avril.csv" in done.text
    assert '.csv">Télécharger la référence' in done.text


async def test_only_national_treasurers_import(pledges) -> None:
    """A territory's treasurer does not."""
    who = {"Authorization": f"Bearer {session_token(uuid4(), roles=[('treasurer', '64')])}"}
    async with client_for(pledges) as http:
        for path in (IMPORTS, PAGE, f"{PAGE}/verification"):
            assert (await http.post(path, content=FILE.encode(), headers=who)).status_code == 403

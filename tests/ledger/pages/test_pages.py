"""The pages of the ledger, as a browser without JavaScript gets them."""

from uuid import uuid4

import pytest

from services.ledger.pages import router
from shared.testing import client_for, session_token
from tests.ledger.books import Books, fee, letter, payment, pledge, request

UNKNOWN = "Ce territoire n’existe pas : choisissez-le dans la liste."


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", "Pyrénées-Atlantiques"),
        ("/?tri=zero", "Pyrénées-Atlantiques"),
        ("/?tri=n'importe quoi", "Pyrénées-Atlantiques"),
        ("/territoires/64", "Pyrénées-Atlantiques"),
        ("/territoires/2a", "Corse-du-Sud"),
        ("/territoires/987", "Polynésie française"),
        ("/badge.svg", "<svg"),
        ("/badge", "badge.svg"),
        ("/mentions", "données personnelles"),
        ("/progression", "12\u202f345,00"),
        ("/progression?territoire=64", "M0 240H"),
        ("/progression?territoire=13", "Rien encore"),
        ("/progression", "pour 1&nbsp;000"),
        ("/progression", "Il est trop tôt pour dire une date"),
        ("/progression", "Student"),
        ("/progression?territoire=64", "17,47"),
        ("/territoires/64", "17,47"),
        ("/territoires/99", "n’est pas calculé"),
        ("/", "6&nbsp;000&nbsp;milliards"),
        ("/comptes/plan", "Comptes de liaison entre territoires"),
        ("/comptes/fonds", "Fonds commun de la transition juste"),
        ("/comptes/clotures", "Aucune période close"),
        ("/comptes/racines", "Aucune racine publiée"),
        ("/comptes", "627000"),
        ("/comptes/64", "754110"),
        ("/comptes/13", "Aucune écriture"),
    ],
)
async def test_every_public_page_shows_what_it_promises(books: Books, path: str, shown: str) -> None:
    """With a promise, a payment and a fee in the books."""
    await books.hear(pledge(5_000), payment(1_234_500), fee(150))
    page = await books.get(path)
    assert page.status_code == 200
    assert shown in page.text


APART = ("802200", "809300", "802300", "809400")


async def _promise_apart(books: Books) -> None:
    await books.hear(pledge(5_000), letter(70_000), pledge(123_400, is_conditional=True))


async def test_what_one_person_may_stand_behind_is_not_published_by_territory(books: Books) -> None:
    """Neither letters of intent nor conditions, in words or figures; all of France shows them."""
    await _promise_apart(books)
    page, all_ = (await books.get("/comptes/64")).text, (await books.get("/comptes")).text
    assert "802100" in page
    assert "ne sont pas publiées par territoire" in page
    for hidden in (*APART, "1\u202f234,00", "700,00"):
        assert hidden not in page
        assert hidden in all_
    assert "ne sont pas publiées" not in all_


@pytest.mark.parametrize("path", ["/territoires/64", "/api/ledger/progress", "/badge.svg"])
async def test_no_other_public_page_tells_them_either(books: Books, path: str) -> None:
    """The public figures count what is promised."""
    await _promise_apart(books)
    page = (await books.get(path)).text
    assert not any(one in page for one in ("123400", "70000", "1\u202f234", "128400", "75000"))


@pytest.mark.parametrize(
    ("role", "territory", "is_shown"),
    [
        ("treasurer", "64", True),
        ("steward", "64", True),
        ("member", "64", False),
        ("treasurer", "33", False),
        ("treasurer", "00", False),
    ],
)
async def test_treasurers_and_stewards_see_every_account_of_their_territory(
    books: Books, role: str, territory: str, is_shown: bool
) -> None:
    """A role elsewhere says nothing here; what they see is kept by nobody on the way."""
    await _promise_apart(books)
    token = session_token(uuid4(), roles=[(role, territory)])
    async with client_for(books.service) as http:
        page = await http.get("/comptes/64", headers={"Authorization": f"Bearer {token}"})
    assert [one in page.text for one in APART] == [is_shown] * 4
    assert (page.headers.get("cache-control") == "no-store") is is_shown


@pytest.mark.parametrize("path", ["/territoires/zz", "/territoires/00", "/comptes/00", "/comptes/20"])
async def test_a_territory_that_is_none_is_said_so_in_french(books: Books, path: str) -> None:
    """404, also for the national lane, which is no territory."""
    page = await books.get(path)
    assert page.status_code == 404
    assert UNKNOWN in page.text


async def test_the_national_lane_has_no_disbursements(books: Books) -> None:
    """404 for its own treasurer, who would else see an error."""
    page = await books.get("/comptes/00/versements", uuid4(), roles=("00",))
    assert page.status_code == 404
    assert UNKNOWN in page.text


async def test_treasurers_order_and_confirm_on_their_page(books: Books) -> None:
    """Each sees the button that is theirs, and comes back to the page."""
    first, second = await books.treasurer(), await books.treasurer()
    asked = request(1_000)
    await books.hear(payment(1_000), asked)
    address = f"/comptes/64/versements/{asked.disbursement_id}"
    page = await books.get("/comptes/64/versements", first)
    assert "Ordonner ce versement" in page.text
    answer = await books.post(f"{address}/ordre", first)
    assert (answer.status_code, answer.headers["location"]) == (303, "/comptes/64/versements")
    page = await books.get("/comptes/64/versements", first)
    assert "Une autre personne trésorière doit agir." in page.text
    page = await books.get("/comptes/64/versements", second)
    assert "Confirmer cet ordre" in page.text
    order_hash = page.text.split('name="order_hash" value="')[1].split('"')[0]
    answer = await books.post(f"{address}/confirmation", second, data={"order_hash": order_hash})
    assert answer.status_code == 303
    assert "Engagé, attendu à la banque" in (await books.get("/comptes/64/versements", second)).text


async def test_the_page_says_when_an_order_must_be_given_again(books: Books) -> None:
    """Its author is treasurer no more."""
    first, second = await books.treasurer(), await books.treasurer()
    asked = request(1_000)
    await books.hear(payment(1_000), asked)
    await books.post(f"/comptes/64/versements/{asked.disbursement_id}/ordre", first)
    await books.revoke(first)
    page = await books.get("/comptes/64/versements", second)
    assert "il faut l’ordonner à nouveau" in page.text
    assert "Ordonner ce versement" in page.text
    assert "Confirmer" not in page.text.split("main")[1]


async def test_disbursements_are_for_treasurers(books: Books) -> None:
    """401 for a stranger, 403 from elsewhere."""
    assert (await books.get("/comptes/64/versements")).status_code == 401
    assert (await books.get("/comptes/64/versements", uuid4(), roles=("13",))).status_code == 403


def test_pages_are_not_part_of_the_http_contract() -> None:
    """OpenAPI lists what programs call."""
    assert not router.include_in_schema


async def test_the_journal_says_which_journal_an_entry_is_in(books: Books) -> None:
    """By its name, beside its code."""
    await books.hear(pledge(500), payment(1_000))
    page = (await books.get("/comptes/64/journal", uuid4())).text
    assert "Encaissements" in page
    assert "Engagements" in page

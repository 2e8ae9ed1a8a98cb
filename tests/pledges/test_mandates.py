"""Signing a mandate, seeing it, cancelling it."""

from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from services.pledges.domain.mandate_text import MandateText
from services.pledges.settings import Settings
from shared.testing import client_for, session_token
from tests.pledges.conftest import PAYER_IBAN

REAL_ACCOUNT = "FR1420041010050500013M02606"


@pytest.fixture
def submit(pledges, promised) -> Any:
    """Send the form of a promise's direct debit, well filled but for what is given; the answer."""

    async def post(pledge: dict[str, Any] | None = None, **fields: str) -> Any:
        pledge = pledge or await promised(12_000)
        async with client_for(pledges) as http:
            text = (await http.get("/api/pledges/mandate-text")).json()
            form = {"holder": "Camille Exemple", "iban": PAYER_IBAN, "rhythm": "monthly", "monthly": "10", "day": "5",
                    "agreed": "oui", "text": text["digest"]}  # fmt: skip
            return await http.post(f"/promesses/{pledge['pledge_id']}/prelevement", data=form | fields)

    return post


async def test_a_signed_mandate_is_shown_without_its_account(pledges, promised, submit) -> None:
    """Its reference and its rhythm are on the page; of the IBAN four characters at each end, of the name nothing."""
    pledge = await promised(12_000)
    assert (await submit(pledge)).status_code == 303
    async with client_for(pledges) as http:
        page = (await http.get(f"/promesses/{pledge['pledge_id']}/prelevement")).text
    assert "MILLIARD-" in page
    assert "10,00\u00a0€, à partir du 5 de chaque mois" in page
    assert "FR14 •••• 2606" in page
    assert PAYER_IBAN not in page
    assert "Camille" not in page


async def test_a_mandate_proves_the_text_that_was_agreed_to(pledges, signed) -> None:
    """Version, creditor and delay make the text again, and its SHA-256 is the one that was kept."""
    await signed()
    async with pledges.database.begin() as work:
        (row,) = (await work.execute("select * from mandates")).mappings()
    text = MandateText(
        row["creditor_name"], row["creditor_id"], row["prenotification_days"], row["text_version"]
    )
    assert row["text_digest"] == text.digest
    assert (row["source"], row["state"]) == ("api", "active")


async def test_a_reference_fits_sepa_and_tells_no_order(signed) -> None:
    """At most 35 characters of its set, and nothing in common but the prefix."""
    references = [(await signed())["mandate_reference"] for _ in range(2)]
    assert all(
        len(one) <= 35 and one.replace("-", "").isalnum() and one.isascii() and one.isupper()
        for one in references
    )
    assert references[0][9:] != references[1][9:]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"holder": " "}, "nom de la personne"),
        ({"holder": "A\0B"}, "nom de la personne"),
        ({"holder": "x" * 71}, "nom de la personne"),
        ({"iban": "FR1420041010050500013M02607"}, "IBAN est mal recopié"),
        ({"iban": "GB29NWBK60161331926819"}, "Espace économique européen"),
        ({"rhythm": "weekly"}, "chaque mois"),
        ({"monthly": "0,50"}, "montant par mois"),
        ({"monthly": "120,01"}, "montant par mois"),
        ({"monthly": "beaucoup"}, "montant par mois"),
        ({"day": "26"}, "jour du prélèvement"),
        ({"day": ""}, "jour du prélèvement"),
        ({"agreed": ""}, "cochez la case"),
        ({"text": "0" * 64}, "cochez la case"),
    ],
)
async def test_what_cannot_be_signed_is_said(pledges, submit, fields: dict[str, str], says: str) -> None:
    """Beside its field, and nothing is kept."""
    page = await submit(**fields)
    assert page.status_code == 422
    assert says in page.text
    async with pledges.database.begin() as work:
        assert (await work.execute("select count(*) from mandates")).scalar() == 0


async def test_a_promise_has_one_open_mandate(pledges, signed, submit, promised) -> None:
    """A second one is refused; once the first is cancelled it is taken."""
    pledge = await promised(12_000)
    mandate = await signed(pledge)
    assert "déjà un mandat" in (await submit(pledge)).text
    page = f"/promesses/{pledge['pledge_id']}/prelevement"
    async with client_for(pledges) as http:
        assert (await http.post(f"{page}/{mandate['mandate_id']}/annulation")).status_code == 303
    assert (await submit(pledge)).status_code == 303


async def test_a_mandate_that_can_never_be_collected_gives_way_to_another(
    pledges, signed, submit, promised
) -> None:
    """Of a former creditor identifier: the page does not call it in force, and another one replaces it."""
    pledge = await promised(12_000)
    former = await signed(pledge)
    pledges.settings.creditor_id = "FR98ZZZ654321"
    async with client_for(pledges) as http:
        page = (await http.get(f"/promesses/{pledge['pledge_id']}/prelevement")).text
        assert "En vigueur" not in page
        assert "Signer le mandat" in page
        assert (await submit(pledge)).status_code == 303
        mandates = (await http.get(f"/api/pledges/pledges/{pledge['pledge_id']}/mandates")).json()
    states = {one["mandate_id"]: one["state"] for one in mandates}
    assert states.pop(former["mandate_id"]) == "cancelled"
    assert list(states.values()) == ["active"]


async def test_another_promises_mandate_cannot_be_cancelled(pledges, signed, promised) -> None:
    """Its own promise's address is the key."""
    mandate, other = await signed(), await promised()
    async with client_for(pledges) as http:
        answer = await http.delete(
            f"/api/pledges/pledges/{other['pledge_id']}/mandates/{mandate['mandate_id']}"
        )
    assert answer.status_code == 409


async def test_a_paid_promise_is_not_collected(
    promised, submit, send, movement, statement, bank_file
) -> None:
    """There is nothing to sign for."""
    pledge = await promised(5_000)
    await send(bank_file(statement([movement(5_000, structured_reference=pledge["reference"])])))
    page = await submit(pledge)
    assert "rien à prélever" in page.text


async def test_a_pledge_has_at_most_twenty_mandates(pledges, signed, promised, submit) -> None:
    """Signing and cancelling for ever would fill the table."""
    pledge = await promised(12_000)
    async with client_for(pledges) as http:
        for _ in range(20):
            mandate = await signed(pledge)
            await http.delete(f"/api/pledges/pledges/{pledge['pledge_id']}/mandates/{mandate['mandate_id']}")
    assert "Trop de mandats" in (await submit(pledge)).text


async def test_treasurers_find_and_cancel_a_mandate(pledges, signed, promised, as_treasurer) -> None:
    """By its reference or its promise's; the reason is kept with who cancelled it."""
    pledge = await promised(12_000)
    mandate = await signed(pledge)
    await signed()
    async with client_for(pledges) as http:
        for reference in (mandate["mandate_reference"].lower(), pledge["reference_in_groups"]):
            found = await http.get(
                "/api/pledges/mandates", params={"reference": reference}, headers=as_treasurer
            )
            assert [one["mandate_id"] for one in found.json()] == [mandate["mandate_id"]]
        answer = await http.post(
            f"/banque/mandats/{mandate['mandate_id']}/annulation",
            data={"reason": "Demandé par courrier"},
            headers=as_treasurer,
        )
        assert answer.status_code == 303
        page = (await http.get("/banque/mandats", headers=as_treasurer)).text
    assert "Demandé par courrier" in page
    assert "Camille Exemple" in page
    assert PAYER_IBAN not in page


async def test_only_national_treasurers_read_mandates(pledges) -> None:
    """Names of givers are on the page."""
    who = {"Authorization": f"Bearer {session_token(uuid4(), roles=[('treasurer', '64')])}"}
    async with client_for(pledges) as http:
        for path in ("/banque/mandats", "/api/pledges/mandates"):
            assert (await http.get(path, headers=who)).status_code == 403


async def test_without_a_creditor_identifier_only_transfers_are_offered(make_service) -> None:
    """The pages say so, and nothing can be signed."""
    service = await make_service("pledges", account_ibans=REAL_ACCOUNT)
    async with client_for(service) as http:
        pledge = (
            await http.post("/api/pledges/pledges", json={"amount_minor": 5_000, "territory": "64"})
        ).json()
        address = f"/promesses/{pledge['pledge_id']}"
        for page in (address, f"{address}/prelevement"):
            assert "payez par virement" in (await http.get(page)).text.lower()
        assert (await http.get("/api/pledges/mandate-text")).status_code == 422
        assert (await http.post(f"{address}/prelevement", data={"rhythm": "once"})).status_code == 422


def test_the_creditor_identifier_is_checked_by_its_key() -> None:
    """The business code in its middle counts for nothing; one wrong character is found."""
    assert Settings(creditor_id="fr72 abc 123456").creditor_id == "FR72ABC123456"
    assert Settings(creditor_id=" ").creditor_id is None
    with pytest.raises(ValidationError):
        Settings(creditor_id="FR72ZZZ123457")


def test_a_real_account_keeps_real_days() -> None:
    """Days ahead are for rehearsals: no bank has them."""
    assert Settings(days_ahead=17).days_ahead == 17
    with pytest.raises(ValidationError, match="DAYS_AHEAD is for rehearsals"):
        Settings(account_ibans=(REAL_ACCOUNT,), days_ahead=1)


def test_the_example_identifier_never_collects_for_a_real_account() -> None:
    """It stands in for one in a demonstration only."""
    assert Settings().collecting_creditor_id == "FR72ZZZ123456"
    assert Settings(account_ibans=(REAL_ACCOUNT,)).collecting_creditor_id is None
    with pytest.raises(ValidationError):
        Settings(account_ibans=(REAL_ACCOUNT,), creditor_id="FR72ZZZ123456")

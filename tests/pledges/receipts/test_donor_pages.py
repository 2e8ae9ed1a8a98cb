"""What a donor sees and does: why there is no receipt, leaving a name, asking, opening the file, by private pages."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.pledges.operations.forget_responses import forget_all
from shared.testing import client_for, session_token
from shared.values import today_in_france
from tests.pledges.receipts.conftest import NAME


@pytest.fixture
async def http(pledges) -> Any:
    """A browser without a session."""
    async with client_for(pledges) as client:
        yield client


def receipts_page(pledge: dict[str, Any]) -> str:
    return f"/promesses/{pledge['pledge_id']}/recu"


async def test_the_page_of_a_promise_leads_to_its_receipts(http, promised) -> None:
    """By a link."""
    pledge = await promised()
    page = await http.get(f"/promesses/{pledge['pledge_id']}")
    assert f'href="{receipts_page(pledge)}"' in page.text


async def test_without_a_right_the_page_says_why_not(http, pay) -> None:
    """And asks for no name."""
    page = await http.get(receipts_page(await pay(1000)))
    assert page.status_code == 200
    assert "le droit d’en délivrer n’a pas été ouvert" in page.text
    assert 'name="last_name"' not in page.text


async def test_the_page_says_what_is_missing(http, issuer, promised, pay, leave_name) -> None:
    """A gift, the end of the year, or a name."""
    await issuer()
    pledge = await promised()
    assert "Aucun don reçu et gardé" in (await http.get(receipts_page(pledge))).text
    today = today_in_france()
    await pay(1000, pledge=pledge, day=today.replace(month=6, day=1) if today.month > 6 else today)
    assert "à partir du 1er janvier" in (await http.get(receipts_page(pledge))).text
    await pay(1000, pledge=pledge)
    assert "Il manque votre nom et votre adresse" in (await http.get(receipts_page(pledge))).text
    await leave_name(pledge)
    page = await http.get(receipts_page(pledge))
    assert "Faire mon reçu" in page.text
    assert "six ans" in page.text


async def test_an_address_is_not_shown_again(http, issuer, pay, leave_name) -> None:
    """The link of a promise may have been passed on."""
    await issuer()
    pledge = await pay(1000)
    assert (await leave_name(pledge)).status_code == 303
    page = await http.get(receipts_page(pledge))
    assert "Z. D., Bayonne" in page.text
    for private in ("Cœur", "64100", "Étienne"):
        assert private not in page.text


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [("last_name", "", "Écrivez votre nom"), ("last_name", "\u202eeunimoD", "lettres latines"),
     ("first_names", "a\0b", "lettres latines"), ("city", "Париж", "lettres latines"),
     ("street", "x" * 161, "160 caractères"), ("postal_code", " ", "code postal"), ("country", "12", "votre pays")],
)  # fmt: skip
async def test_a_field_that_cannot_be_kept_is_said_beside_it(
    issuer, pay, leave_name, field: str, typed: str, says: str
) -> None:
    """And nothing is kept."""
    await issuer()
    page = await leave_name(await pay(1000), **{field: typed})
    assert page.status_code == 422
    assert says in page.text


async def test_a_donor_asks_and_opens_the_receipt(http, issuer, pay, leave_name, listed) -> None:
    """By a page that names nobody; the file is a PDF that no cache keeps."""
    await issuer()
    pledge = await pay(1000)
    await leave_name(pledge)
    asked = await http.post(receipts_page(pledge))
    assert (asked.status_code, asked.headers["location"]) == (303, receipts_page(pledge))
    (receipt,) = await listed()
    page = await http.get(f"/recus/{receipt['receipt_id']}")
    assert "2025-000001" in page.text
    assert "Étienne" not in page.text
    file = await http.get(f"/recus/{receipt['receipt_id']}/recu.pdf")
    assert (file.status_code, file.headers["content-type"]) == (200, "application/pdf")
    assert (file.headers["cache-control"], file.headers["x-robots-tag"]) == ("no-store", "noindex")
    assert 'filename="recu-2025-000001.pdf"' in file.headers["content-disposition"]
    again = await http.post(receipts_page(pledge))
    assert again.status_code == 422
    assert "Aucun don reçu et gardé" in again.text


async def test_a_promise_leads_to_its_receipts_by_their_name(
    http, issuer, pay, leave_name, issue, listed
) -> None:
    """Whoever was sent the promise's address does not know it, and is stopped after some tries."""
    await issuer()
    pledge = await pay(1000)
    await leave_name(pledge)
    await issue()
    (receipt,) = await listed()
    link = f'href="/recus/{receipt["receipt_id"]}"'
    assert link not in (await http.get(receipts_page(pledge))).text
    seen = await http.post(f"{receipts_page(pledge)}/voir", data={"seen_name": "D’ETIENNE"})
    assert (seen.status_code, link in seen.text) == (200, True)
    tries = [
        await http.post(
            f"{receipts_page(pledge)}/voir",
            data={"seen_name": "Martin"},
            headers={"X-Forwarded-For": "192.0.2.1"},
        )
        for _ in range(21)
    ]
    assert [answer.status_code for answer in tries] == [422] * 20 + [429]
    assert link not in "".join(answer.text for answer in tries)


async def test_a_name_is_replaced_by_who_knows_it(pledges, issuer, pay, leave_name) -> None:
    """Else whoever has the promise's address could have the next receipt made out to themselves."""
    await issuer()
    pledge = await pay(1000)
    await leave_name(pledge)
    for known in ({}, {"known_name": "Martin"}):
        refused = await leave_name(pledge, last_name="Martin", **known)
        assert (refused.status_code, "nom de famille que nous avons" in refused.text) == (422, True)
    async with pledges.database.begin() as work:
        rows = await work.execute("select last_name from donors where is_current")
        assert list(rows.scalars()) == ["D’Étienne"]


async def test_a_name_is_withdrawn_by_who_knows_it(
    http, pledges, ask, issuer, pay, leave_name, issue
) -> None:
    """It is gone, but for the receipts that bear it; the right may be off meanwhile."""
    made = await issuer()
    printed, unused = await pay(1000), await pay(2000)
    await leave_name(printed)
    await issue()
    await leave_name(unused)
    await ask("POST", f"/api/pledges/receipt-issuers/{made['issuer_id']}/right/end")
    for pledge in (printed, unused):
        assert "Retirer mon nom" in (await http.get(receipts_page(pledge))).text
        path = f"{receipts_page(pledge)}/coordonnees/retrait"
        assert (await http.post(path, data={"withdrawn_name": "Martin"})).status_code == 422
        assert (await http.post(path, data={"withdrawn_name": NAME["last_name"]})).status_code == 303
        assert "Retirer mon nom" not in (await http.get(receipts_page(pledge))).text
    async with pledges.database.begin() as work:
        rows = await work.execute("select is_current from donors")
        assert list(rows.scalars()) == [False]


async def test_names_that_no_receipt_bears_are_forgotten(pledges, issuer, pay, leave_name, issue) -> None:
    """After two years; the task that forgets answers does it."""
    await issuer()
    await leave_name(await pay(1000), first_names="Imprimée")
    await issue()
    for name, days in (("Ancienne", 731), ("Récente", 729)):
        await leave_name(await pay(1000), first_names=name)
        async with pledges.database.begin() as work:
            await work.execute(
                "update donors set recorded_at = now() - make_interval(days => :days) where first_names = :name",
                days=days,
                name=name,
            )
    async with pledges.database.begin() as work:
        await work.execute("update donors set recorded_at = '2020-01-01' where first_names = 'Imprimée'")
    await forget_all(pledges.database)
    async with pledges.database.begin() as work:
        rows = await work.execute("select first_names from donors order by 1")
        assert list(rows.scalars()) == ["Imprimée", "Récente"]


async def test_the_receipts_of_a_member_are_the_members(http, pledges, issuer, pay) -> None:
    """Who knows the link of the promise must sign in as the one who made it."""
    await issuer()
    person = uuid4()
    mine = {"Authorization": f"Bearer {session_token(person)}"}
    made = await http.post(
        "/api/pledges/pledges", json={"amount_minor": 1000, "territory": "64"}, headers=mine
    )
    pledge = await pay(1000, pledge=made.json())
    other = {"Authorization": f"Bearer {session_token(uuid4())}"}

    async def status(headers: dict[str, str], method: str = "GET", path: str = "") -> int:
        answer: httpx.Response = await http.request(method, receipts_page(pledge) + path, headers=headers)
        return answer.status_code

    assert [await status(who) for who in ({}, other, mine)] == [401, 403, 200]
    assert await status(other, "POST") == 403
    assert await status(other, "POST", "/coordonnees") == 403
    assert await status(other, "POST", "/coordonnees/retrait") == 403
    assert await status(other, "POST", "/voir") == 403
    for name in ("Un", "Deux"):
        kept = await http.post(
            receipts_page(pledge) + "/coordonnees", data=NAME | {"last_name": name}, headers=mine
        )
        assert kept.status_code == 303  # who is signed in needs no name


async def test_a_cancelled_receipt_says_so(http, ask, issuer, pay, leave_name, issue, listed) -> None:
    """On its page, whose file stays for those who must keep it."""
    await issuer()
    await leave_name(await pay(1000))
    await issue()
    (receipt,) = await listed()
    await ask("POST", f"/banque/recus/{receipt['receipt_id']}/annulation")
    page = await http.get(f"/recus/{receipt['receipt_id']}")
    assert "Ce reçu est annulé" in page.text
    assert "il contenait une erreur" in page.text
    assert (await http.get(f"/recus/{receipt['receipt_id']}/recu.pdf")).status_code == 200


async def test_unknown_addresses_are_not_found(http) -> None:
    """In a sentence."""
    for path in (f"/recus/{uuid4()}", f"/recus/{uuid4()}/recu.pdf", f"/promesses/{uuid4()}/recu"):
        assert (await http.get(path)).status_code == 404


async def test_a_name_is_changed_until_it_is_printed(pledges, issuer, pay, leave_name, issue) -> None:
    """One row is kept of a donor without receipts; a receipt keeps the row that it was printed from."""
    await issuer()
    pledge = await pay(1000, payer="DEUX ZOE")
    await leave_name(pledge, last_name="Un")
    await leave_name(pledge, last_name="Deux", known_name="UN")
    await issue()
    await leave_name(pledge, last_name="Trois", known_name="Deux")
    async with pledges.database.begin() as work:
        rows = await work.execute("select last_name, is_current from donors order by recorded_at")
        assert [tuple(row) for row in rows] == [("Deux", False), ("Trois", True)]

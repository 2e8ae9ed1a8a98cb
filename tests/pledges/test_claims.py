"""A payment without a reference is attached to a promise by who made it, with a link that a treasurer sent."""

from urllib.parse import parse_qs, urlsplit

import pytest

from shared.events.pledges import PaymentAllocated, PaymentSuspended, PledgeMade
from shared.testing import client_for, recorded


@pytest.fixture
async def http(pledges):
    async with client_for(pledges) as client:
        yield client


@pytest.fixture
async def line_id(pledges, send, statement, bank_file, movement):
    """A credit of 90 € that nothing explains."""
    await send(bank_file(statement([movement(9000, counterparty_name="Camille Exemple")])))
    (event,) = [event for event in await recorded(pledges) if isinstance(event, PaymentSuspended)]
    return event.line_id


@pytest.fixture
def link(http, as_treasurer, line_id):
    """Make a link; its token."""

    async def make():
        made = await http.post(f"/api/pledges/lines/{line_id}/claim-link", headers=as_treasurer)
        assert made.status_code == 201, made.text
        return parse_qs(urlsplit(made.json()["url"]).query)["jeton"][0]

    return make


def claim(http, token, **form):
    return http.post("/paiements/retrouver", data={"jeton": token, **form})


async def received(pledges):
    return [event for event in await recorded(pledges) if isinstance(event, PaymentAllocated)]


async def test_the_link_shows_the_payment_and_no_name(http, link):
    """Amount and date; following it changes nothing."""
    token = await link()
    for _ in range(2):
        page = await http.get("/paiements/retrouver", params={"jeton": token})
        assert page.status_code == 200
    assert "90,00" in page.text
    assert "Camille" not in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_it_is_attached_to_the_promise_of_a_reference(http, pledges, link, promised):
    """As the person copied it."""
    pledge = await promised(5000, "64")
    done = await claim(http, await link(), reference=pledge["reference_in_groups"].lower())
    assert done.status_code == 303
    (event,) = await received(pledges)
    assert (event.territory, event.amount_minor, event.matched_by) == ("64", 9000, "claim")


async def test_who_types_a_reference_learns_nothing_of_its_promise(http, link, promised):
    """References stand on transfers; the address of a promise opens it to whoever has it."""
    pledge = await promised(5000)
    done = await claim(http, await link(), reference=pledge["reference"])
    page = await http.get(done.headers["location"])
    assert page.status_code == 200
    said = f"{done.headers} {done.text} {page.headers} {page.text}"
    assert "rattaché, merci" in page.text
    assert [one for one in (pledge["pledge_id"], pledge["reference"], "50,00") if one in said] == []


async def test_without_a_promise_one_is_made_of_what_was_paid(http, pledges, link):
    """For the territory that the person chose."""
    done = await claim(http, await link(), territory="2A")
    (made,) = [event for event in await recorded(pledges) if isinstance(event, PledgeMade)]
    (event,) = await received(pledges)
    assert (done.status_code, done.headers["location"]) == (303, f"/promesses/{made.pledge_id}")
    assert (made.amount_minor, made.territory, event.pledge_id) == (9000, "2A", made.pledge_id)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"reference": "RF19 5390 0754 7034"}, "mal recopiée"),
        ({"reference": "RF18 5390 0754 7034"}, "Aucune promesse ne porte"),
        ({"territory": "20"}, "Choisissez un territoire"),
        ({}, "Choisissez un territoire"),
    ],
)
async def test_a_mistake_is_told_and_the_link_serves_again(http, pledges, link, form, sentence):
    """Nothing was attached, and no promise was made."""
    token = await link()
    refused = await claim(http, token, **form)
    assert (refused.status_code, sentence in refused.text) == (422, True)
    assert await received(pledges) == []
    assert (await claim(http, token, territory="64")).status_code == 303


async def test_a_link_serves_once(http, pledges, link):
    """The second time it is said to be used up."""
    token = await link()
    assert (await claim(http, token, territory="64")).status_code == 303
    assert (await claim(http, token, territory="64")).status_code == 410
    assert len(await received(pledges)) == 1


async def test_a_newer_link_ends_the_older(http, link):
    """One link for a payment at a time."""
    older, newer = await link(), await link()
    assert (await claim(http, older, territory="64")).status_code == 410
    assert (await claim(http, newer, territory="64")).status_code == 303


async def test_a_link_grows_too_old(http, pledges, link):
    """After sixty days."""
    token = await link()
    async with pledges.database.begin() as work:
        await work.execute("update claims set expires_at = expires_at - interval '61 days'")
    assert (await claim(http, token, territory="64")).status_code == 410


async def test_a_payment_that_found_its_promise_needs_no_link(http, link, line_id, promised, as_treasurer):
    """An open link says so, and no other is made."""
    token, pledge = await link(), await promised()
    body = {"parts": [{"reference": pledge["reference"]}], "waiting_minor": 9000}
    await http.post(f"/api/pledges/lines/{line_id}/allocations", json=body, headers=as_treasurer)
    assert (await claim(http, token, territory="64")).status_code == 410
    again = await http.post(f"/api/pledges/lines/{line_id}/claim-link", headers=as_treasurer)
    assert again.status_code == 422


@pytest.mark.parametrize("token", ["", "x" * 43, "\u00e9", "a" * 2000])
async def test_a_made_up_token_opens_nothing(http, token):
    """410, whatever it is."""
    assert (await http.get("/paiements/retrouver", params={"jeton": token})).status_code == 410


async def test_the_desk_shows_the_link_once(http, as_treasurer, line_id):
    """On the line's page, right after it was made."""
    made = await http.post(f"/banque/lignes/{line_id}/lien", headers=as_treasurer)
    assert "/paiements/retrouver?jeton=" in made.text
    page = await http.get(f"/banque/lignes/{line_id}", headers=as_treasurer)
    assert "jeton=" not in page.text


async def test_a_payment_that_the_bank_took_back_is_not_claimed(
    http, pledges, send, statement, bank_file, movement, as_treasurer
):
    """Whoever has the link reads what to do, and treasurers get no other link."""
    await send(bank_file(statement([movement(9000, end_to_end_id="VIREMENT-1")])))
    (credit,) = [event for event in await recorded(pledges) if isinstance(event, PaymentSuspended)]
    address = f"/api/pledges/lines/{credit.line_id}/claim-link"
    made = await http.post(address, headers=as_treasurer)
    token = parse_qs(urlsplit(made.json()["url"]).query)["jeton"][0]
    back = movement(-9000, end_to_end_id="VIREMENT-1", return_reason="AC04")
    await send(bank_file(statement([back], opening_minor=9000, day=1)))
    refused = await claim(http, token, territory="64")
    assert (refused.status_code, "Faites un autre virement" in refused.text) == (422, True)
    assert await received(pledges) == []
    again = await http.post(address, headers=as_treasurer)
    assert (again.status_code, "se compensent" in again.json()["detail"]) == (422, True)

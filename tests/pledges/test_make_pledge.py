"""Promising an amount, by HTTP and by the form."""

import re
from uuid import uuid4

from stdnum import iso11649

from services.pledges.settings import DEMONSTRATION_IBAN
from shared.events.pledges import PledgeMade
from shared.testing import client_for, recorded, session_token

PLEDGES = "/api/pledges/pledges"


async def test_a_pledge_gets_a_reference_of_the_norm_with_its_territory(promised):
    """The reference is valid by ISO 11649, digits only, and begins with the territory on three digits."""
    pledge = await promised(territory="64")
    assert iso11649.is_valid(pledge["reference"])
    assert re.fullmatch(r"RF\d{2}064\d{9}", pledge["reference"])


async def test_a_pledge_is_told_to_the_others_in_its_territory(pledges, promised):
    """`PledgeMade` carries what is needed to pay: reference, beneficiary and account."""
    pledge = await promised(amount_minor=12345, territory="2A")
    (event,) = [event for event in await recorded(pledges) if isinstance(event, PledgeMade)]
    assert (event.territory, event.amount_minor) == ("2A", 12345)
    assert (event.reference, event.beneficiary_iban) == (pledge["reference"], DEMONSTRATION_IBAN)


async def test_two_pledges_never_share_a_reference(promised):
    """A reference names one pledge."""
    assert (await promised())["reference"] != (await promised())["reference"]


async def test_a_taken_reference_is_replaced_by_another(pledges, promised, monkeypatch):
    """A collision of random serials is settled by drawing again."""
    serials = iter([7, 7, 8])
    monkeypatch.setattr("secrets.randbelow", lambda _: next(serials))
    first, second = await promised(), await promised()
    assert (first["reference"][-1], second["reference"][-1]) == ("7", "8")


async def test_a_signed_in_persons_pledge_is_theirs(pledges):
    """The event names the person; the pledge's address, which may be passed on, does not."""
    person = uuid4()
    async with client_for(pledges) as http:
        answer = await http.post(
            PLEDGES,
            json={"amount_minor": 1000, "territory": "75"},
            headers={"Authorization": f"Bearer {session_token(person)}"},
        )
    (event,) = [event for event in await recorded(pledges) if isinstance(event, PledgeMade)]
    assert event.person_id == person
    assert answer.json()["person_id"] is None


async def test_the_same_idempotency_key_makes_one_pledge(pledges):
    """A request that is sent again is answered with the pledge that it made."""
    async with client_for(pledges) as http:
        answers = [
            await http.post(
                PLEDGES,
                json={"amount_minor": 1000, "territory": "75"},
                headers={"Idempotency-Key": "0123456789abcdef"},
            )
            for _ in range(2)
        ]
    assert answers[0].json() == answers[1].json()
    assert len([event for event in await recorded(pledges) if isinstance(event, PledgeMade)]) == 1


async def test_an_idempotency_key_of_another_promise_is_refused(pledges):
    """One key, two amounts: refused, for one of them would be lost."""
    async with client_for(pledges) as http:
        for amount, status in ((1000, 201), (2000, 422)):
            answer = await http.post(
                PLEDGES,
                json={"amount_minor": amount, "territory": "75", "idempotency_key": "0123456789abcdef"},
            )
            assert answer.status_code == status
    assert answer.json()["code"] == "idempotency_key_reused"


async def test_what_cannot_be_promised_is_refused_in_french(pledges):
    """Too little, too much, no territory, the national lane, no fund: a sentence and nothing recorded."""
    wrong = [
        ({"amount_minor": 99, "territory": "64"}, "amount_out_of_limits"),
        ({"amount_minor": 100_000_001, "territory": "64"}, "amount_out_of_limits"),
        ({"amount_minor": 1000, "territory": "20"}, "unknown_territory"),
        ({"amount_minor": 1000, "territory": "00"}, "unknown_territory"),
        ({"amount_minor": 1000, "territory": "64", "fund": "autre"}, "unknown_fund"),
    ]
    async with client_for(pledges) as http:
        for body, code in wrong:
            answer = await http.post(PLEDGES, json=body)
            assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await recorded(pledges) == []


async def test_a_flood_from_one_address_is_refused(make_service):
    """The gateway says the address; another address is not touched."""
    service = await make_service("pledges", pledges_per_hour=2)
    async with client_for(service) as http:

        async def promise(address: str) -> int:
            body = {"amount_minor": 1000, "territory": "64"}
            return (await http.post(PLEDGES, json=body, headers={"X-Forwarded-For": address})).status_code

        assert [await promise("192.0.2.1") for _ in range(3)] == [201, 201, 429]
        assert await promise("192.0.2.2") == 201


async def test_the_form_leads_to_the_page_of_the_pledge(pledges):
    """Post, redirect, get: the page shows amount, account, reference in groups of four and the QR code."""
    async with client_for(pledges) as http:
        answer = await http.post(
            "/promettre",
            data={"amount": "1 234,50", "territory": "64", "fund": "fonds-commun", "key": str(uuid4())},
        )
        assert answer.status_code == 303
        page = await http.get(answer.headers["location"])
    assert page.status_code == 200
    assert "1\u202f234,50\u00a0€" in page.text
    shown = re.sub(r"<[^>]+>", "", page.text)
    assert "FR76 3000 6000 0112 3456 7890 189" in shown
    assert re.search(r"RF\d\d 064\d \d{4} \d{4}", shown)
    assert "<svg" in page.text
    assert "/membres/contact" in page.text


async def test_the_page_of_a_pledge_is_private(pledges, promised):
    """Its address is its key: it is neither indexed nor stored."""
    pledge = await promised()
    async with client_for(pledges) as http:
        page = await http.get(f"/promesses/{pledge['pledge_id']}")
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]


async def test_a_wrong_form_comes_back_with_what_was_typed(pledges):
    """Each wrong field has its sentence, and the amount stays in its field."""
    async with client_for(pledges) as http:
        answer = await http.post(
            "/promettre", data={"amount": "beaucoup", "territory": "", "fund": "fonds-commun"}
        )
    assert answer.status_code == 422
    assert "Écrivez un montant en euros" in answer.text
    assert "Choisissez un territoire" in answer.text
    assert 'value="beaucoup"' in answer.text


async def test_a_double_click_makes_one_pledge(pledges):
    """The form carries a key of its own."""
    async with client_for(pledges) as http:
        page = await http.get("/promettre?territoire=64")
        key = re.search(r'name="key" value="([^"]+)"', page.text)[1]
        data = {"amount": "50", "territory": "64", "fund": "fonds-commun", "key": key}
        first, second = [await http.post("/promettre", data=data) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]


async def test_an_unknown_pledge_is_not_found(pledges):
    """An address that nobody was given is 404."""
    async with client_for(pledges) as http:
        assert (await http.get(f"/promesses/{uuid4()}")).status_code == 404
        assert (await http.get(f"{PLEDGES}/{uuid4()}")).status_code == 404

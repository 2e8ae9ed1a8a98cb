"""Promising for an organisation, by HTTP and by the form."""

import re
from typing import Any
from uuid import uuid4

import pytest

from shared.events.pledges import PledgeMade
from shared.testing import client_for, recorded
from tests.pledges.organisations import ASSOCIATION, BAKERY, PLEDGES
from tests.pledges.statements import counted_statements


@pytest.fixture
def promise(pledges) -> Any:
    """The answer to a promise by HTTP."""

    async def post(**body: Any) -> Any:
        async with client_for(pledges) as http:
            return await http.post(PLEDGES, json={"amount_minor": 5000, "territory": "64", **body})

    return post


async def test_an_organisation_pledges_with_its_siren(pledges, promise) -> None:
    """The pledge names it, and its number is kept in nine digits."""
    answer = await promise(payer=BAKERY)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["payer_kind"], answer.json()["payer_name"]) == ("company", BAKERY["name"])
    async with pledges.database.begin() as work:
        rows = await work.execute("select siren, signatory_name, signatory_capacity from payers")
        assert rows.one() == ("732829320", BAKERY["signatory_name"], BAKERY["signatory_capacity"])


async def test_nobody_is_named_on_events(pledges, promise) -> None:
    """Only the kind of payer, the instrument and the commitment travel."""
    await promise(payer=BAKERY)
    (event,) = [event for event in await recorded(pledges) if isinstance(event, PledgeMade)]
    assert (event.payer_kind, event.instrument, event.commitment) == ("company", "gift", "promise")
    said = event.model_dump_json()
    assert not any(name in said for name in (BAKERY["name"], BAKERY["signatory_name"], "732829320"))


async def test_a_persons_promise_says_nothing_more(pledges, promised) -> None:
    """No row beside the pledge, and the same words as ever on its event."""
    made = await promised()
    assert (made["payer_kind"], made["payer_name"], made["commitment"]) == ("natural_person", None, "promise")
    async with pledges.database.begin() as work:
        assert (await work.execute("select count(*) from payers")).scalar() == 0


async def test_an_association_of_moselle_pledges_without_a_siren(promise) -> None:
    """By the volume and folio of its tribunal's register, wherever the money is to act."""
    answer = await promise(payer=ASSOCIATION | {"tribunal_reference": "Metz, volume 5, folio 7"})
    assert answer.status_code == 201


async def test_a_plain_promise_is_two_statements(pledges, promise) -> None:
    """The pledge and its event: what organisations say costs persons nothing."""
    with counted_statements(pledges) as statements:
        await promise()
    assert [" ".join(said.split()[:3]) for said in statements] == [
        "insert into pledges",
        "insert into outbox_messages",
    ]


@pytest.mark.parametrize(
    ("payer", "code"),
    [
        (ASSOCIATION, "identifier_missing"),
        (BAKERY | {"siren": "732829321"}, "siren_invalid"),
        (BAKERY | {"siren": "", "rna": "W641000000"}, "rna_of_another_kind"),
        (BAKERY | {"signatory_name": " "}, "text_missing"),
        (BAKERY | {"name": "x" * 141}, "text_too_long"),
        (BAKERY | {"name": "a\0b"}, "text_unreadable"),
        (BAKERY | {"kind": "natural_person"}, "not_an_organisation"),
    ],
)
async def test_an_organisation_that_is_not_known_is_refused(
    pledges, promise, payer: dict[str, Any], code: str
) -> None:
    """A French sentence, and nothing recorded."""
    answer = await promise(payer=payer)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await recorded(pledges) == []


async def test_a_repeated_key_of_another_organisation_is_refused(promise) -> None:
    """One of the two promises would be lost."""
    key = {"idempotency_key": "0123456789abcdef"}
    first, same = await promise(payer=BAKERY, **key), await promise(payer=BAKERY, **key)
    assert first.json() == same.json()
    other = await promise(payer=BAKERY | {"name": "Une autre"}, **key)
    assert other.json()["code"] == "idempotency_key_reused"


FORM = {
    **BAKERY,
    "amount": "1 234,50",
    "territory": "64",
    "fund": "fonds-commun",
    "instrument": "gift",
    "commitment": "promise",
}


async def test_the_form_of_organisations_leads_to_their_pledge(pledges) -> None:
    """Its page names the organisation, and says that it is a promise."""
    async with client_for(pledges) as http:
        assert 'href="/promettre/organisation"' in (await http.get("/promettre")).text
        assert (await http.get("/promettre/organisation")).status_code == 200
        made = await http.post("/promettre/organisation", data=FORM | {"key": str(uuid4())})
        page = await http.get(made.headers["location"])
    assert made.status_code == 303
    assert BAKERY["name"] in page.text
    assert "C’est une <strong>promesse</strong>" in page.text
    assert "<svg" in page.text


async def test_every_wrong_field_of_the_form_is_said_at_once(pledges) -> None:
    """With what was typed still there, and nothing made."""
    wrong = FORM | {"kind": "", "siren": "12", "signatory_name": "", "amount": "beaucoup", "territory": "20"}
    async with client_for(pledges) as http:
        page = await http.post("/promettre/organisation", data=wrong)
    assert page.status_code == 422
    assert set(re.findall(r'id="erreur-(\w+)"', page.text)) == {
        "kind", "siren", "signatory_name", "amount", "territory",
    }  # fmt: skip
    assert 'value="beaucoup"' in page.text
    assert await recorded(pledges) == []


async def test_treasurers_see_who_pledges_and_filter_letters(
    pledges, promise, promised, as_treasurer
) -> None:
    """Kind, name and commitment; only letters of intent when they ask for them."""
    await promised()
    await promise(payer=BAKERY, commitment="letter_of_intent", instrument="loan")
    async with client_for(pledges) as http:
        everything = await http.get("/banque/promesses", headers=as_treasurer)
        letters = await http.get("/banque/promesses?engagement=letter_of_intent", headers=as_treasurer)
        found = await http.get(f"{PLEDGES}?commitment=letter_of_intent", headers=as_treasurer)
        wrong = await http.get("/banque/promesses?engagement=peut-etre", headers=as_treasurer)
    assert everything.text.count('<th scope="row">') == 2
    assert letters.text.count('<th scope="row">') == 1
    for words in ("Entreprise", BAKERY["name"], "Lettre d’intention", "Prêt"):
        assert words in letters.text
    assert [one["payer_name"] for one in found.json()["pledges"]] == [BAKERY["name"]]
    assert wrong.status_code == 422

"""Promising under a condition or with a wish, by HTTP and by the form."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shared.events.pledges import PledgeMade
from shared.testing import client_for, recorded
from shared.values import today_in_france

PLEDGES = "/api/pledges/pledges"
TODAY = today_in_france()
SOON = (TODAY + timedelta(days=30)).isoformat()


@pytest.fixture
async def http(pledges):
    async with client_for(pledges) as client:
        yield client


def body(**other):
    return {"amount_minor": 500_000, "territory": "64", **other}


def matching(**other):
    return {"kind": "match_funding", "ratio_basis_points": 10_000, "until_on": SOON, **other}


def form(**other):
    fields = {
        "kind": "abondement",
        "amount": "5 000",
        "territory": "64",
        "fund": "fonds-commun",
        "ratio": "1",
    }
    return {**fields, "au": SOON, "key": str(uuid4()), **other}


async def test_match_funding_is_promised_by_json_and_nothing_is_due(http, pledges):
    """The event says that it is conditional; the answer says how far it is."""
    made = (await http.post(PLEDGES, json=body(condition=matching()))).json()
    (event,) = [event for event in await recorded(pledges) if isinstance(event, PledgeMade)]
    assert (event.is_conditional, event.amount_minor) == (True, 500_000)
    assert (made["due_minor"], made["condition"]["state"]) == (0, "waiting")
    assert "Rien n’est déclenché sur 5\u202f000,00" in made["condition"]["progress"]


async def test_a_promise_without_a_condition_is_due_whole(http, pledges):
    """A wish changes nothing about it."""
    made = (await http.post(PLEDGES, json=body(earmark={"theme": "energie"}))).json()
    (event,) = [event for event in await recorded(pledges) if isinstance(event, PledgeMade)]
    assert (event.is_conditional, made["due_minor"], made["condition"]) == (False, 500_000, None)
    assert made["earmark"] == {"theme": "energie", "need_id": None, "instrument": None}


async def test_what_cannot_be_promised_is_refused_and_nothing_is_kept(http, pledges):
    """422, with its code."""
    wrong = [
        ({"condition": matching(until_on="2020-01-01")}, "condition_refused"),
        ({"condition": matching(from_on=TODAY.isoformat())}, "condition_refused"),
        (
            {"condition": {"kind": "threshold", "target_minor": 1, "until_on": "9999-12-31"}},
            "condition_refused",
        ),
        ({"condition": matching(ratio_basis_points=1)}, "unprocessable_entity"),
        ({"condition": {"kind": "autre", "until_on": SOON}}, "unprocessable_entity"),
        ({"earmark": {"theme": "a\0b"}}, "unknown_theme"),
        ({"earmark": {"instrument": "autre"}}, "unknown_instrument"),
        ({"earmark": {"need_id": "pas un identifiant"}}, "unprocessable_entity"),
    ]
    for terms, code in wrong:
        answer = await http.post(PLEDGES, json=body(**terms))
        assert (answer.status_code, answer.json()["code"]) == (422, code), terms
    assert await recorded(pledges) == []


async def test_an_idempotency_key_is_of_one_condition(http):
    """The same again is the same pledge; another condition under its key is refused."""
    key = {"Idempotency-Key": "0123456789abcdef"}
    first, again = [await http.post(PLEDGES, json=body(condition=matching()), headers=key) for _ in range(2)]
    assert first.json() == again.json()
    for other in (body(condition=matching(is_everywhere=True)), body()):
        assert (await http.post(PLEDGES, json=other, headers=key)).status_code == 422


async def test_the_form_promises_match_funding(http):
    """Post, redirect, get: the page says the condition and asks for nothing."""
    made = await http.post(
        "/promettre/sous-condition", data=form(ratio="0,50", partout="oui", theme="energie")
    )
    assert made.status_code == 303, made.text
    page = (await http.get(made.headers["location"])).text
    assert "0,50\u00a0€ pour 1 € que les autres versent dans toute la France" in page
    assert "rien à verser pour l’instant" in page
    assert "Énergie" in page
    assert "<svg" not in page.split("<main")[1].split("</main")[0]


async def test_the_form_promises_a_threshold(http):
    """Days are read as people type them too."""
    until = (TODAY + timedelta(days=30)).strftime("%d/%m/%Y")
    made = await http.post("/promettre/sous-condition", data=form(kind="seuil", objectif="100 000", au=until))
    assert made.status_code == 303, made.text
    assert (
        "100\u202f000,00\u00a0€ reçus dans ce territoire" in (await http.get(made.headers["location"])).text
    )


async def test_the_form_promises_with_a_wish_alone(http):
    """The address of a project's page names it; the whole amount is asked for."""
    need = uuid4()
    data = form(kind="souhait", projet=f"https://milliard.test/besoins/64/{need}")
    page = (
        await http.get((await http.post("/promettre/sous-condition", data=data)).headers["location"])
    ).text
    assert f"Le projet {need}" in page
    assert "Pour faire le virement" in page


async def test_a_wrong_form_comes_back_with_what_was_typed(http, pledges):
    """Each wrong field has its sentence, and nothing is promised."""
    wrong = [
        ({"kind": ""}, "Choisissez comment"),
        ({"ratio": "50"}, "Pour 1 € reçu"),
        ({"ratio": ""}, "Écrivez un montant"),
        ({"au": ""}, "Écrivez une date"),
        ({"au": "31/02/2027"}, "Écrivez une date"),
        ({"au": "2020-01-01"}, "La date de fin est passée"),
        ({"du": TODAY.isoformat()}, "demain au plus tôt"),
        ({"kind": "seuil", "objectif": "0"}, "la somme à atteindre"),
        ({"kind": "souhait"}, "au moins un souhait"),
        ({"projet": "le four à pain"}, "l’adresse de la page du projet"),
        ({"theme": "autre"}, "un thème dans la liste"),
        ({"amount": "0,50"}, "Le plus petit montant"),
    ]
    for typed, sentence in wrong:
        answer = await http.post("/promettre/sous-condition", data=form(**typed))
        assert (answer.status_code, sentence in answer.text.replace("\u00a0", " ")) == (422, True), typed
        assert 'value="64" selected' in answer.text
    assert await recorded(pledges) == []


async def test_the_plain_form_leads_to_it(http):
    """One sentence, for who looks for it."""
    assert 'href="/promettre/sous-condition"' in (await http.get("/promettre")).text
    assert (await http.get("/promettre/sous-condition")).status_code == 200


@pytest.mark.parametrize(
    "other",
    [{"terms": {"kind": "once", "due_on": SOON}}, {"commitment": "letter_of_intent"}],
)
async def test_a_condition_has_no_dates_of_its_own(http, pledges, other):
    """Neither dates of payment, nor a letter of intent: its funder is told when something is due."""
    answer = await http.post(PLEDGES, json=body(condition=matching(), **other))
    assert (answer.status_code, "sa condition le dit" in answer.json()["detail"]) == (422, True)
    assert await recorded(pledges) == []


async def test_a_promise_under_a_condition_stands(http):
    """Others may have paid counting on it: it is neither changed, nor cancelled, nor collected by direct debit."""
    made = (await http.post(PLEDGES, json=body(condition=matching()))).json()
    address, terms = f"{PLEDGES}/{made['pledge_id']}", {"kind": "once", "due_on": SOON}
    digest = (await http.get("/api/pledges/mandate-text")).json()["digest"]
    mandate = {
        "holder_name": "Camille Exemple",
        "iban": "FR1420041010050500013M02606",
        "rhythm": "once",
        "text_digest": digest,
    }
    answers = [
        await http.put(f"{address}/terms", json={"amount_minor": 600_000, "terms": terms}),
        await http.post(f"{address}/cancellation"),
        await http.post(f"{address}/mandates", json=mandate),
    ]
    assert [answer.status_code for answer in answers] == [422] * 3
    page = (await http.get(f"/promesses/{made['pledge_id']}")).text
    assert "Changer d’avis" not in page
    assert (made["due_on"], made["to_pay"]) == (None, None)

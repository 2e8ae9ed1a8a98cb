"""Letters of intent: what they are, what they become, and that money for them lands."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.events.pledges import PaymentReceived, PledgeMade, PledgeSigned
from shared.testing import client_for, recorded
from shared.values import today_in_france
from tests.pledges.organisations import BAKERY, PLEDGES, signature


@pytest.fixture
def letter(pledges) -> Any:
    """The JSON of a new letter of intent."""

    async def make(**body: Any) -> dict[str, Any]:
        async with client_for(pledges) as http:
            said = {"amount_minor": 5000, "territory": "64", "commitment": "letter_of_intent", **body}
            answer = await http.post(PLEDGES, json=said)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    return make


@pytest.fixture
def confirm(pledges) -> Any:
    """The answer to the confirmation of a letter by HTTP."""

    async def post(made: dict[str, Any], **body: Any) -> Any:
        async with client_for(pledges) as http:
            return await http.post(f"{PLEDGES}/{made['pledge_id']}/commitment", json=body)

    return post


async def _signed(pledges) -> list[PledgeSigned]:
    return [event for event in await recorded(pledges) if isinstance(event, PledgeSigned)]


async def test_a_letter_of_intent_says_so_to_the_others(pledges, letter) -> None:
    """With any instrument: it promises nothing."""
    await letter(instrument="loan")
    (event,) = [event for event in await recorded(pledges) if isinstance(event, PledgeMade)]
    assert (event.commitment, event.instrument) == ("letter_of_intent", "loan")


async def test_the_page_of_a_letter_expects_no_payment(pledges, letter) -> None:
    """Neither account nor code; its reference is there all the same, and how to confirm it."""
    made = await letter()
    async with client_for(pledges) as http:
        page = (await http.get(f"/promesses/{made['pledge_id']}")).text
    shown = re.sub(r"<[^>]+>", "", page)
    assert "Votre lettre d’intention de" in shown
    assert "Aucun versement n’est attendu" in shown
    assert made["reference_in_groups"] in shown
    assert "IBAN" not in shown
    assert "<svg role" not in page
    assert "Je le promets" in shown


async def test_money_for_a_letter_of_intent_lands(
    pledges, letter, send, movement, statement, bank_file
) -> None:
    """Its reference is matched as that of any pledge."""
    made = await letter()
    await send(bank_file(statement([movement(2000, structured_reference=made["reference"])])))
    (paid,) = [event for event in await recorded(pledges) if isinstance(event, PaymentReceived)]
    assert str(paid.pledge_id) == made["pledge_id"]


async def test_a_letter_becomes_a_promise_once(pledges, letter, confirm) -> None:
    """One event, with all that a transfer needs; the second time says that it is firm already."""
    made = await letter(payer=BAKERY)
    assert (await confirm(made, commitment="promise")).json()["commitment"] == "promise"
    again = await confirm(made, commitment="promise")
    assert (again.status_code, again.json()["code"]) == (409, "committed_already")
    (event,) = await _signed(pledges)
    assert (event.commitment, event.payer_kind, event.amount_minor) == ("promise", "company", 5000)
    assert (event.reference, event.beneficiary_iban) == (made["reference"], made["beneficiary_iban"])
    assert BAKERY["name"] not in event.model_dump_json()


async def test_a_signed_commitment_keeps_who_signed_which_text(pledges, letter, confirm) -> None:
    """Name, capacity, moment, amount, version and hash."""
    made = await letter()
    answer = await confirm(made, commitment="signed", signature=signature())
    assert answer.json()["commitment"] == "signed"
    async with pledges.database.begin() as work:
        rows = await work.execute(
            "select signatory_name, signatory_capacity, text_version, text_sha256, signed_at = :now, amount_minor"
            " from pledge_signatures where pledge_id = cast(:id as uuid)",
            id=made["pledge_id"],
            now=(await _signed(pledges))[0].signed_at,
        )
        assert rows.one() == (*signature().values(), True, 5000)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"commitment": "signed"}, 422, "nothing_to_sign"),
        ({"commitment": "promise", "signature": signature()}, 422, "nothing_to_sign"),
        ({"commitment": "letter_of_intent"}, 422, "not_firmer"),
        ({"commitment": "signed", "signature": signature(text_sha256="0" * 64)}, 409, "text_changed"),
        ({"commitment": "signed", "signature": signature(signatory_name=" ")}, 422, "text_missing"),
    ],
)
async def test_what_cannot_be_confirmed_changes_nothing(
    pledges, letter, confirm, body: dict[str, Any], status: int, code: str
) -> None:
    """A French sentence; the letter is still one."""
    made = await letter()
    answer = await confirm(made, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await _signed(pledges) == []
    assert (await confirm(made, commitment="promise")).status_code == 200


async def test_a_loan_is_not_promised_before_it_is_authorised(pledges, letter, confirm) -> None:
    """The letter stands; the refusal says why."""
    made = await letter(instrument="loan")
    answer = await confirm(made, commitment="promise")
    assert (answer.status_code, answer.json()["code"]) == (422, "instrument_not_authorised")
    assert "agrément" in answer.json()["detail"]
    async with client_for(pledges) as http:
        page = (await http.get(f"/promesses/{made['pledge_id']}")).text
    assert "agrément" in page
    assert "Je le promets" not in page


async def test_somebody_signs_at_once_by_http(pledges) -> None:
    """One event, firm from the beginning."""
    async with client_for(pledges) as http:
        said = {"amount_minor": 5000, "territory": "64", "commitment": "signed", "signature": signature()}
        answer = await http.post(PLEDGES, json=said)
    assert answer.json()["commitment"] == "signed"
    assert [event.commitment for event in await recorded(pledges) if isinstance(event, PledgeMade)] == [
        "signed"
    ]


async def test_the_form_shows_the_text_before_it_is_signed(pledges) -> None:
    """A signed commitment is noted as a letter first; the text comes with its hash; then the page names who signed."""
    form = {
        **BAKERY,
        "amount": "500",
        "territory": "64",
        "fund": "fonds-commun",
        "instrument": "gift",
        "commitment": "signed",
        "key": str(uuid4()),
    }
    async with client_for(pledges) as http:
        noted = await http.post("/promettre/organisation", data=form)
        page = await http.get(noted.headers["location"])
        said = {"commitment": "signed", **signature()}
        unread = await http.post(noted.headers["location"], data=said)
        signed = [await http.post(noted.headers["location"], data=said | {"agreed": "oui"}) for _ in "12"]
        shown = await http.get(signed[0].headers["location"])
        text = await http.get("/promettre/engagement/1")
    assert noted.headers["location"].endswith("/engagement")
    assert signature()["text_sha256"] in page.text
    assert "s’engage à verser" in page.text
    assert unread.status_code == 422
    assert "Cochez la case" in unread.text
    assert [answer.status_code for answer in signed] == [303, 303]
    assert len(await _signed(pledges)) == 1
    assert "Dominique Exemple (gérante)" in shown.text
    assert signature()["text_sha256"] in text.text


async def test_a_person_says_what_they_would_lend(pledges) -> None:
    """By a page of their own, without promising; nothing is shown as closed there."""
    form = {"amount": "2 000", "territory": "29", "fund": "fonds-commun", "instrument": "loan"}
    async with client_for(pledges) as http:
        page = await http.get("/promettre/intention")
        made = await http.post("/promettre/intention", data=form | {"key": str(uuid4())})
    assert "choice-off" not in page.text
    assert made.status_code == 303
    (event,) = await recorded(pledges)
    assert (event.payer_kind, event.instrument, event.commitment) == (
        "natural_person",
        "loan",
        "letter_of_intent",
    )


async def test_a_cross_subscription_names_where(pledges, letter) -> None:
    """The organisation and its SIREN; without them, or with another instrument, it is refused."""
    there = {"organisation_name": "La Graine commune", "siren": "732829320"}
    made = await letter(instrument="cross_subscription", cross_subscription=there)
    async with client_for(pledges) as http:
        assert (
            "La Graine commune (SIREN 732829320)" in (await http.get(f"/promesses/{made['pledge_id']}")).text
        )
        for body, code in (
            ({"instrument": "cross_subscription"}, "subscribed_organisation_missing"),
            ({"instrument": "loan", "cross_subscription": there}, "nothing_to_subscribe"),
            ({"instrument": "lottery"}, "unknown_instrument"),
        ):
            said = {"amount_minor": 5000, "territory": "64", "commitment": "letter_of_intent", **body}
            answer = await http.post(PLEDGES, json=said)
            assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_letter_has_no_dates_and_one_that_becomes_firm_is_due_in_thirty_days(
    pledges, letter, confirm
) -> None:
    """No payment is expected of an intention."""
    made = await letter()
    assert (made["schedule"], made["due_on"]) == ("once", None)
    firm = (await confirm(made, commitment="promise")).json()
    in_thirty_days = today_in_france() + timedelta(days=30)
    assert date.fromisoformat(firm["due_on"]) == in_thirty_days
    (event,) = await _signed(pledges)
    assert (event.first_due_on, event.first_due_minor) == (in_thirty_days, 5000)


@pytest.mark.parametrize(("paid", "due"), [(2000, 3000), (5000, 0), (7000, 0)])
async def test_a_letter_that_was_paid_is_asked_for_the_rest_when_it_becomes_firm(
    pledges, letter, confirm, send, movement, statement, bank_file, paid: int, due: int
) -> None:
    """What came is said with it."""
    made = await letter()
    await send(bank_file(statement([movement(paid, structured_reference=made["reference"])])))
    assert (await confirm(made, commitment="promise")).status_code == 200
    (event,) = await _signed(pledges)
    assert (event.amount_minor, event.first_due_minor, event.kept_minor) == (5000, due, paid)


async def test_dates_chosen_for_a_letter_are_refused(pledges) -> None:
    """With a sentence, and nothing is made."""
    terms = {"kind": "once", "due_on": f"{today_in_france() + timedelta(days=9)}"}
    body = {"amount_minor": 5000, "territory": "64", "commitment": "letter_of_intent", "terms": terms}
    async with client_for(pledges) as http:
        answer = await http.post(PLEDGES, json=body)
    assert (answer.status_code, "n’a pas de dates" in answer.json()["detail"]) == (422, True)
    assert await recorded(pledges) == []


async def test_a_signed_commitment_keeps_its_amount_and_may_change_its_dates(pledges) -> None:
    """More or less is refused with what to do instead; the page shows what was signed."""
    said = {"amount_minor": 5000, "territory": "64", "commitment": "signed", "signature": signature()}
    due_on = f"{today_in_france() + timedelta(days=9)}"
    async with client_for(pledges) as http:
        made = (await http.post(PLEDGES, json=said)).json()
        address = f"{PLEDGES}/{made['pledge_id']}/terms"
        terms = {"kind": "once", "due_on": due_on}
        refused = [await http.put(address, json={"amount_minor": n, "terms": terms}) for n in (4000, 6000)]
        changed = await http.put(address, json={"amount_minor": 5000, "terms": terms})
        page = await http.get(f"/promesses/{made['pledge_id']}")
    assert [(one.status_code, one.json()["code"]) for one in refused] == [(422, "signed_amount_stays")] * 2
    assert "annulez cet engagement et signez-en" in refused[0].json()["detail"]
    assert (changed.status_code, changed.json()["due_on"]) == (200, due_on)
    assert "engagement signé</strong> de 50,00\u00a0€" in page.text


async def test_a_letter_is_neither_changed_nor_cancelled(pledges, letter) -> None:
    """It promises nothing that could be taken back; its page offers neither."""
    made = await letter()
    address = f"{PLEDGES}/{made['pledge_id']}"
    body = {"amount_minor": 6000, "terms": {"kind": "once", "due_on": f"{today_in_france()}"}}
    async with client_for(pledges) as http:
        answers = [
            await http.put(f"{address}/terms", json=body),
            await http.post(f"{address}/cancellation"),
        ]
        page = await http.get(f"/promesses/{made['pledge_id']}")
    assert [(one.status_code, "n’engage à rien" in one.json()["detail"]) for one in answers] == [
        (422, True)
    ] * 2
    assert "Changer d’avis" not in page.text

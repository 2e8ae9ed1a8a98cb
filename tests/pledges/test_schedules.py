"""Pledges that are paid once, in instalments or each month, by HTTP and by the form."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.events.pledges import PledgeMade
from shared.testing import client_for, recorded
from shared.values import today_in_france

PLEDGES = "/api/pledges/pledges"
TODAY = today_in_france()
SOON = (TODAY + timedelta(days=10)).isoformat()
LATER = (TODAY + timedelta(days=365)).isoformat()


@pytest.fixture
def post(pledges) -> Any:
    """Promise by HTTP."""

    async def send(**body: Any) -> Any:
        async with client_for(pledges) as http:
            return await http.post(PLEDGES, json={"amount_minor": 1000, "territory": "64"} | body)

    return send


@pytest.fixture
def fill(pledges) -> Any:
    """Send the form; the answer, or the page of the pledge that it leads to."""

    async def send(**fields: str) -> Any:
        form = {"amount": "10", "territory": "64", "fund": "fonds-commun", "key": str(uuid4())} | fields
        async with client_for(pledges) as http:
            answer = await http.post("/promettre", data=form)
            return await http.get(answer.headers["location"]) if answer.status_code == 303 else answer

    return send


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text).replace("\u00a0", " "))


async def test_who_chooses_nothing_pays_once_in_thirty_days(post):
    """The simple promise is as simple as before."""
    made = (await post()).json()
    assert (made["schedule"], made["due_on"]) == ("once", (TODAY + timedelta(days=30)).isoformat())
    assert made["to_pay"]["amount_minor"] == 1000


async def test_a_promise_is_shared_into_parts(post, pledges):
    """10 € in 3: 3,34 then 3,33 twice; the first is what is to be paid, and what the letter will ask for."""
    terms = {"kind": "instalments", "count": 3, "first_on": SOON, "every": "quarter"}
    made = (await post(terms=terms)).json()
    assert [one["amount_minor"] for one in made["instalments"]] == [334, 333, 333]
    assert made["to_pay"] == {"amount_minor": 334, "due_on": SOON, "is_late": False}
    (event,) = [event for event in await recorded(pledges) if isinstance(event, PledgeMade)]
    assert (event.amount_minor, event.instalment_count, event.first_due_minor) == (1000, 3, 334)
    assert event.first_due_on is not None
    assert event.first_due_on.isoformat() == SOON


async def test_a_monthly_promise_counts_all_its_months(post, pledges):
    """From the first date to the last: so many times the amount."""
    made = (await post(terms={"kind": "monthly", "first_on": SOON, "last_on": LATER})).json()
    months = len(made["instalments"])
    assert months in (12, 13)
    assert made["amount_minor"] == 1000 * months
    (event,) = [event for event in await recorded(pledges) if isinstance(event, PledgeMade)]
    assert event.amount_minor == 1000 * months


async def test_the_months_together_stay_within_the_largest_pledge(post):
    """A hundred months of a large amount are a very large promise."""
    answer = await post(
        amount_minor=50_000_000, terms={"kind": "monthly", "first_on": SOON, "last_on": LATER}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "amount_out_of_limits")


async def test_the_same_key_makes_one_pledge_with_its_instalments(post):
    """Repeated it is the same; with other terms it is refused."""
    key = str(uuid4())
    terms = {"kind": "instalments", "count": 3, "first_on": SOON}
    first, again = [(await post(terms=terms, idempotency_key=key)).json() for _ in range(2)]
    assert first == again
    other = await post(terms=terms | {"count": 4}, idempotency_key=key)
    assert other.json()["code"] == "idempotency_key_reused"
    assert (await post(idempotency_key=key)).json()["code"] == "idempotency_key_reused"


async def test_money_covers_instalments_in_order(post, pledges, send, movement, statement, bank_file):
    """Two transfers that fit no instalment: what they sum to is what counts."""
    made = (await post(terms={"kind": "instalments", "count": 3, "first_on": SOON})).json()
    lines = [movement(amount, structured_reference=made["reference"]) for amount in (300, 100)]
    await send(bank_file(statement(lines)))
    async with client_for(pledges) as http:
        found = (await http.get(f"{PLEDGES}/{made['pledge_id']}")).json()
    assert [one["paid_minor"] for one in found["instalments"]] == [334, 66, 0]
    assert found["to_pay"]["amount_minor"] == 333 - 66


async def test_the_form_shares_into_parts(fill):
    """The page lists each with its date, and asks for the first one; the whole stays possible."""
    page = await fill(how="instalments", parts="3", parts_every="month", parts_first_on=SOON)
    text = text_of(page)
    assert text.count("À venir") == 3
    assert re.search(r"Montant 3,34 €", text)
    assert "Tout verser en une fois : 10,00 €" in text


async def test_the_whole_can_be_paid_at_once(fill, pledges):
    """The other amount, and another code to scan."""
    page = await fill(how="instalments", parts="3", parts_first_on=SOON)
    (address,) = re.findall(r'href="([^"]+tout=oui)"', page.text)
    async with client_for(pledges) as http:
        whole = await http.get(address)
    assert re.search(r"Montant 10,00 €", text_of(whole))
    assert re.search(r"<svg.*</svg>", whole.text, re.S)[0] != re.search(r"<svg.*</svg>", page.text, re.S)[0]


async def test_fields_of_other_ways_are_ignored(fill):
    """Without JavaScript all of them are sent, whatever is chosen."""
    page = await fill(how="once", parts="mille", parts_every="jour", monthly_first_on="demain")
    assert page.status_code == 200
    assert "Vos versements" not in page.text


async def test_a_form_without_the_choice_is_a_promise_for_once(fill):
    """As it was sent before there was one."""
    assert "Prévu le" in (await fill()).text


@pytest.mark.parametrize(
    ("fields", "name", "said"),
    [
        ({"how": "instalments", "parts": "x", "parts_first_on": SOON}, "parts", "nombre de versements"),
        ({"how": "instalments", "parts": "61", "parts_first_on": SOON}, "parts", "entre 2 et 60"),
        ({"how": "instalments", "parts": "20", "parts_first_on": SOON}, "parts", "au moins 1,00 €"),
        ({"how": "instalments", "parts": "3"}, "parts_first_on", "Écrivez une date"),
        (
            {"how": "instalments", "parts": "3", "parts_first_on": SOON, "parts_every": "jour"},
            "parts_every",
            "rythme",
        ),
        ({"how": "once", "due_on": "01/01/2020"}, "due_on", "à partir d’aujourd’hui"),
        (
            {"how": "monthly", "monthly_first_on": LATER, "monthly_last_on": SOON},
            "monthly_last_on",
            "après la première",
        ),
        ({"how": "parfois"}, "how", "façon de verser"),
    ],
)
async def test_a_wrong_field_says_so_beside_itself(fill, fields, name, said):
    """And the page keeps what was typed."""
    page = await fill(**fields)
    assert page.status_code == 422
    wrong = re.search(rf'id="erreur-{name}">(.*?)</p>', page.text, re.S)
    assert wrong is not None
    assert said in wrong[1].replace("\u00a0", " ")

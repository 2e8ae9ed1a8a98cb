"""Money between territories: two persons of the giver decide, both chains say it, no envelope goes below zero."""

import asyncio
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.ledger.queries.envelope_shares import envelopes_of
from services.ledger.queries.progress import Figures
from shared.events.ledger import EnvelopeShared
from shared.testing.harness import recorded
from tests.ledger.books import FUND, Books, payment, request

DECISION = "AG du 12/03/2026, résolution 9"


def share(amount_minor: int, receiver: str = "13", **other: Any) -> dict[str, Any]:
    said = {"receiver": receiver, "fund": FUND, "decision_reference": DECISION}
    return {**said, "amount_minor": amount_minor, **other}


async def order(books: Books, by: UUID, body: dict[str, Any], giver: str = "64") -> Any:
    return await books.post(f"/api/ledger/{giver}/envelope-shares", by, roles=(giver,), json=body)


async def confirm(books: Books, by: UUID, ordered: dict[str, str], giver: str = "64") -> Any:
    path = f"/api/ledger/{giver}/envelope-shares/{ordered['share_id']}/confirmation"
    return await books.post(path, by, roles=(giver,), json={"order_hash": ordered["order_hash"]})


async def held(books: Books, territory: str) -> int:
    async with books.service.database.begin() as work:
        return sum(one["held_minor"] for one in await envelopes_of(work, territory))


@pytest.fixture
async def two(books: Books) -> tuple[UUID, UUID]:
    return await books.treasurer(), await books.treasurer()


async def test_a_share_is_posted_on_both_sides(books: Books, two: tuple[UUID, UUID]) -> None:
    """OD: D 186000 / C 181000 at the giver, D 181000 / C 187000 at the receiver, one document; nobody got a gift."""
    await books.hear(payment(1_000))
    ordered = (await order(books, two[0], share(400))).json()
    assert len(await books.entries()) == 1
    assert (await confirm(books, two[1], ordered)).json() == {"state": "confirmed"}
    assert (await books.entries())[-1] == ("OD", 1, {"186000": 400, "181000": -400})
    assert await books.entries("13") == [("OD", 1, {"181000": 400, "187000": -400})]
    documents = await books.rows("select distinct document from journal_entries where journal = 'OD'")
    assert [row.document for row in documents] == [ordered["share_id"]]
    assert (await held(books, "64"), await held(books, "13")) == (600, 400)
    assert (await books.figures(), await books.figures("13")) == (
        Figures(0, 1_000, 0, 0),
        Figures(0, 0, 0, 0),
    )
    assert await books.problems() == []


async def test_both_lanes_hear_of_a_share(books: Books, two: tuple[UUID, UUID]) -> None:
    """The same public fact in each, without a person."""
    await books.hear(payment(1_000))
    await confirm(books, two[1], (await order(books, two[0], share(400))).json())
    said = await recorded(books.service)
    assert [one.territory for one in said if isinstance(one, EnvelopeShared)] == ["64", "13"]
    assert {(one.giver, one.receiver, one.amount_minor) for one in said} == {("64", "13", 400)}


async def test_what_was_received_from_elsewhere_is_spent_here(books: Books, two: tuple[UUID, UUID]) -> None:
    """A project of a territory without gifts is paid from what another ceded."""
    await books.hear(payment(1_000))
    await confirm(books, two[1], (await order(books, two[0], share(400))).json())
    await books.hear(request(400, territory="13"), request(1, territory="13"))
    states = await books.rows("select amount_minor, state from disbursements order by amount_minor desc")
    assert [tuple(row) for row in states] == [(400, "reserved"), (1, "refused")]


async def test_the_national_envelope_gives_and_receives(books: Books, two: tuple[UUID, UUID]) -> None:
    """Lane 00 has an envelope too, and treasurers of its own."""
    await books.hear(payment(1_000))
    await confirm(books, two[1], (await order(books, two[0], share(400, "00"))).json())
    first, second = await books.treasurer("00"), await books.treasurer("00")
    assert (await order(books, two[0], share(300, "13"), giver="00")).status_code == 403
    onward = (await order(books, first, share(300, "13"), giver="00")).json()
    assert (await confirm(books, second, onward, giver="00")).status_code == 200
    assert [await held(books, one) for one in ("64", "00", "13")] == [600, 100, 300]
    assert await books.problems() == []


async def test_an_envelope_gives_no_more_than_it_holds(books: Books, two: tuple[UUID, UUID]) -> None:
    """What is reserved for a project is not ceded: nothing is posted anywhere."""
    await books.hear(payment(1_000), request(700))
    refused = await confirm(books, two[1], (await order(books, two[0], share(301))).json())
    assert (refused.status_code, refused.json()["code"]) == (409, "share_exceeds_envelope")
    assert (await confirm(books, two[1], (await order(books, two[0], share(300))).json())).status_code == 200
    assert await held(books, "13") == 300


async def test_one_person_shares_nothing(books: Books, two: tuple[UUID, UUID]) -> None:
    """Nor a stranger, a treasurer of the receiver, an order that was read otherwise, or one whose author left."""
    await books.hear(payment(1_000))
    ordered = (await order(books, two[0], share(400))).json()
    there = await books.treasurer("13")
    assert (await confirm(books, two[0], ordered)).json()["code"] == "share_by_one_person"
    assert (await confirm(books, there, ordered)).status_code == 403
    assert (await confirm(books, two[1], ordered | {"order_hash": "0" * 64})).json()[
        "code"
    ] == "another_share"
    await books.revoke(two[0])
    assert (await confirm(books, two[1], ordered)).json()["code"] == "share_orderer_left"
    assert await books.entries("13") == []


async def test_the_same_order_and_confirmation_twice_are_one(books: Books, two: tuple[UUID, UUID]) -> None:
    """Also at once; once confirmed, the same order is a new one."""
    await books.hear(payment(1_000))
    orders = await asyncio.gather(*(order(books, two[0], share(400)) for _ in range(3)))
    [(share_id, order_hash)] = {tuple(answer.json().values()) for answer in orders}
    ordered = {"share_id": share_id, "order_hash": order_hash}
    answers = await asyncio.gather(*(confirm(books, two[1], ordered) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {200}
    assert await held(books, "13") == 400
    assert (await order(books, two[0], share(400))).json()["share_id"] != share_id


async def test_a_share_given_up_is_not_confirmed(books: Books, two: tuple[UUID, UUID]) -> None:
    """And one that was confirmed is not given up."""
    await books.hear(payment(1_000))
    ordered = (await order(books, two[0], share(400))).json()
    cancel = f"/api/ledger/64/envelope-shares/{ordered['share_id']}/cancellation"
    assert (await books.post(cancel, two[1])).json() == {"state": "cancelled"}
    assert (await confirm(books, two[1], ordered)).json()["code"] == "share_not_in_state"
    done = (await order(books, two[0], share(400))).json()
    await confirm(books, two[1], done)
    again = f"/api/ledger/64/envelope-shares/{done['share_id']}/cancellation"
    assert (await books.post(again, two[1])).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"receiver": "64"},
        {"receiver": "20"},
        {"amount_minor": 0},
        {"decision_reference": "  "},
        {"fund": " "},
    ],
)
async def test_an_order_says_what_goes_where(
    books: Books, two: tuple[UUID, UUID], wrong: dict[str, Any]
) -> None:
    """Another territory, an amount, a fund and a decision."""
    assert (await order(books, two[0], share(1) | wrong)).status_code == 422


async def test_many_shares_in_both_directions_at_once(books: Books) -> None:
    """No deadlock, no envelope below zero, and what was given was received."""
    places = ("13", "2A", "64")
    await books.hear(*(payment(1_000, territory=place) for place in places))
    treasurers = {place: (await books.treasurer(place), await books.treasurer(place)) for place in places}
    orders = []
    for giver, receiver in permutations(places, 2):
        for number in range(4):
            body = share(450, receiver, decision_reference=f"{DECISION} {number}")
            orders.append((giver, (await order(books, treasurers[giver][0], body, giver=giver)).json()))
    answers = await asyncio.gather(
        *(confirm(books, treasurers[giver][1], ordered, giver=giver) for giver, ordered in orders)
    )
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert [answer.status_code for answer in answers].count(200) >= 6
    left = [await held(books, place) for place in places]
    assert min(left) >= 0
    assert sum(left) == 3_000
    assert await books.problems() == []


async def test_a_share_is_not_corrected_on_one_side(books: Books, two: tuple[UUID, UUID]) -> None:
    """Its other side is in another chain: the receiver cedes it back."""
    await books.hear(payment(1_000))
    await confirm(books, two[1], (await order(books, two[0], share(400))).json())
    lines = [
        {"account": "186000", "amount_minor": 400, "fund": "terres"},
        {"account": "181000", "amount_minor": -400, "fund": "terres"},
    ]
    body = {"lines": lines, "reason": "Le fonds n’était pas le bon."}
    refused = await books.post("/api/ledger/64/entries/2/correction", two[0], json=body)
    assert (refused.status_code, "sens inverse" in refused.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("update envelope_shares set amount_minor = 399", "part d’enveloppe"),
        ("update envelope_shares set receiver = '2A'", "territoire 2A : ce qui est tenu diffère"),
        ("update envelope_shares set state = 'ordered', confirmed_by = null", "ce qui est tenu diffère"),
        ("delete from envelope_shares", "ce qui est tenu diffère"),
        (
            "update journal_entries set recorded_at = recorded_at - interval '2 hours',"
            f" document = case territory when '13' then '{uuid4()}' else document end where journal = 'OD'",
            "un seul de ses côtés",
        ),
    ],
)
async def test_a_share_that_was_tampered_with_is_found(
    books: Books, two: tuple[UUID, UUID], sql: str, problem: str
) -> None:
    """What is kept is what both chains say, and liaison is zero for each document."""
    await books.hear(payment(1_000))
    await confirm(books, two[1], (await order(books, two[0], share(400))).json())
    await books.as_owner(sql)
    assert any(problem in one for one in await books.problems())


async def test_a_page_shares(books: Books, two: tuple[UUID, UUID]) -> None:
    """The form says what is missing; the order waits for the other treasurer, who confirms it there."""
    await books.hear(payment(100_000))
    form = {"receiver": "13", "fund": FUND, "amount": "1 250,5", "decision_reference": DECISION}
    wrong = await books.post(
        "/comptes/64/parts", two[0], data=form | {"receiver": "64", "amount": "beaucoup"}
    )
    assert (wrong.status_code, "Choisissez un autre territoire" in wrong.text) == (422, True)
    assert (await books.post("/comptes/64/parts", two[0], data=form | {"amount": "900"})).status_code == 303
    [row] = (await books.get("/api/ledger/64/envelope-shares", two[1])).json()
    shown = (await books.get("/comptes/64/parts", two[1])).text
    assert "Confirmer cette part" in shown
    assert "Confirmer cette part" not in (await books.get("/comptes/64/parts", two[0])).text
    path = f"/comptes/64/parts/{row['share_id']}/confirmation"
    assert (await books.post(path, two[1], data={"order_hash": row["order_hash"]})).status_code == 303
    there = await books.treasurer("13")
    assert (
        "Reçue de Pyrénées-Atlantiques" in (await books.get("/comptes/13/parts", there, roles=("13",))).text
    )


async def test_the_national_page_is_there(books: Books) -> None:
    """Lane 00 is no territory where people live, and has an envelope all the same."""
    national = await books.treasurer("00")
    assert "Échelon national" in (await books.get("/comptes/00/parts", national, roles=("00",))).text


async def test_a_share_is_ceded_in_the_currency_of_an_envelope(books: Books, two: tuple[UUID, UUID]) -> None:
    """900 are nine hundred francs, of an envelope in francs; without one, nobody orders them."""
    form = {
        "receiver": "13",
        "fund": FUND,
        "currency": "XPF",
        "amount": "900",
        "decision_reference": DECISION,
    }
    refused = await books.post("/comptes/64/parts", two[0], data=form)
    assert (refused.status_code, "tient une enveloppe" in refused.text) == (422, True)
    await books.hear(payment(1_000), payment(1_000, currency="XPF"))
    half = await books.post("/comptes/64/parts", two[0], data=form | {"amount": "900,50"})
    assert (half.status_code, "1\u202f250" in half.text) == (422, True)
    assert (await books.post("/comptes/64/parts", two[0], data=form)).status_code == 303
    [ordered] = (await books.get("/api/ledger/64/envelope-shares", two[1])).json()
    assert (ordered["amount_minor"], ordered["currency"]) == (900, "XPF")
    await confirm(books, two[1], ordered)
    assert (await order(books, two[0], share(50, currency="XPF"))).status_code == 201
    async with books.service.database.begin() as work:
        [received] = await envelopes_of(work, "13")
    assert received == {"fund": FUND, "currency": "XPF", "held_minor": 900}

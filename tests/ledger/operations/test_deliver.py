"""Units go to projects of the network only, by two persons, and never more than are held."""

from datetime import timedelta

import pytest

from shared.values import today_in_france
from tests.ledger.books import DAY, Books, payment
from tests.ledger.mlc import EUSKO, OUTSIDE, SIREN, Mlc


@pytest.fixture
async def mlc(books: Books) -> Mlc:
    """Five euskos are held in territory 64."""
    await books.adopt(5_000, on=DAY)
    await books.guard()
    mlc = await Mlc.open(books)
    await books.hear(payment(1_000))
    await mlc.converted(500)
    return mlc


async def test_a_project_of_the_network_gets_its_units(books: Books, mlc: Mlc) -> None:
    """ML: D 657200 / C 530B01, in units; euros and the four figures stay as they are."""
    before = await books.figures()
    await mlc.delivered(200)
    rows = await books.rows(
        "select account, currency, amount_minor from entry_lines where territory = '64' and seq = 4 order by line"
    )
    assert [tuple(row) for row in rows] == [("657200", EUSKO, 200), ("530B01", EUSKO, -200)]
    assert await books.figures() == before
    assert await books.problems() == []


async def test_who_is_outside_the_network_gets_none(books: Books, mlc: Mlc) -> None:
    """The units stay held, and the sentence says what to do; the same for one who accepts no more."""
    _, refused = await mlc.give(200, to=OUTSIDE)
    assert (refused.status_code, refused.json()["code"]) == (422, "outside_the_network")
    assert "les unités restent ici" in refused.json()["detail"]
    id, ordered = await mlc.give(200)
    yesterday = today_in_france() - timedelta(days=1)
    await mlc.list("network", f"{SIREN};La Graine commune;2020-01-01;{yesterday}")
    assert (await mlc.agree(id, ordered.json()["order_hash"])).json()["code"] == "outside_the_network"
    assert (await books.balances())["530B01"] == 500


async def test_the_day_of_the_delivery_counts(books: Books, mlc: Mlc) -> None:
    """Who is not in the network any more that day could not be given anything on it."""
    id, ordered = await mlc.give(200)
    await mlc.agree(id, ordered.json()["order_hash"])
    today = today_in_france()
    await mlc.list("network", f"{SIREN};La Graine commune;2020-01-01;{today - timedelta(days=1)}")
    assert (await mlc.hand(id)).json()["code"] == "outside_the_network"
    await mlc.list("network", f"{SIREN};La Graine commune;2020-01-01;{today}")
    assert (await mlc.hand(id)).json() == {"state": "delivered"}


@pytest.mark.parametrize("days", [-1, 1])
async def test_units_are_handed_after_the_confirmation_and_not_tomorrow(
    books: Books, mlc: Mlc, days: int
) -> None:
    """Before it, nobody had agreed to it; another day is a slip."""
    id, ordered = await mlc.give(200)
    await mlc.agree(id, ordered.json()["order_hash"])
    refused = await mlc.hand(id, on=today_in_france() + timedelta(days=days))
    assert (refused.status_code, "celui de la confirmation" in refused.json()["detail"]) == (422, True)


async def test_a_conversion_and_a_delivery_may_have_the_same_id(books: Books, mlc: Mlc) -> None:
    """Who orders makes it: their entries have ids of their own."""
    await books.hear(payment(1_000))
    id = await mlc.converted(100)
    _, ordered = await mlc.give(100, delivery_id=str(id))
    await mlc.agree(id, ordered.json()["order_hash"])
    assert (await mlc.hand(id)).json() == {"state": "delivered"}


async def test_with_nothing_left_the_refusal_says_so(books: Books, mlc: Mlc) -> None:
    """Neither to convert nor to hand: no amount is named."""
    refused = (await mlc.order(1))[1].json()
    assert (refused["code"], "Il ne reste rien à convertir" in refused["detail"]) == (
        "conversion_refused",
        True,
    )
    await mlc.delivered(500)
    refused = (await mlc.give(1))[1].json()
    assert (refused["code"], "Il ne reste rien à remettre" in refused["detail"]) == ("delivery_refused", True)


async def test_no_more_is_given_than_is_held(books: Books, mlc: Mlc) -> None:
    """What waits for others counts, until it is given up."""
    assert (await mlc.give(501))[1].json()["code"] == "delivery_refused"
    id, ordered = await mlc.give(500)
    assert (await mlc.give(1))[1].status_code == 422
    await mlc.agree(id, ordered.json()["order_hash"])
    gone = await books.post(f"/api/ledger/64/deliveries/{id}/cancellation", mlc.second)
    assert gone.json() == {"state": "cancelled"}
    assert (await mlc.hand(id)).status_code == 409
    assert (await mlc.give(500))[1].status_code == 201


async def test_one_person_alone_gives_nothing(books: Books, mlc: Mlc) -> None:
    """Who ordered does not confirm, and what nobody confirmed is not handed."""
    id, ordered = await mlc.give(200)
    order_hash = ordered.json()["order_hash"]
    assert (await mlc.agree(id, order_hash, by=mlc.first)).json()["code"] == "delivery_by_one_person"
    assert (await mlc.hand(id)).json()["code"] == "delivery_not_in_state"
    assert (await mlc.agree(id, "0" * 64)).json()["code"] == "another_delivery"
    await books.revoke(mlc.first)
    assert "plus trésorière ici" in (await mlc.agree(id, order_hash)).json()["detail"]


async def test_the_same_click_twice_is_one_delivery(books: Books, mlc: Mlc) -> None:
    """Order, confirmation and handing."""
    id, ordered = await mlc.give(200)
    assert (await mlc.give(200, delivery_id=str(id)))[1].json() == ordered.json()
    assert (await mlc.give(201, delivery_id=str(id)))[1].json()["code"] == "delivery_exists"
    answers = [await mlc.agree(id, ordered.json()["order_hash"]) for _ in range(2)]
    answers += [await mlc.hand(id) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {200}
    assert len(await books.entries()) == 4

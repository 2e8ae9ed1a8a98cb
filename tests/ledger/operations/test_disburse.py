"""Money out: never more than the envelope holds, never by one person alone, and only the bank says it is gone."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.ledger.domain.disbursement import NotInState
from services.ledger.operations.disburse import DebitDiffers, RequestDiffers
from services.ledger.queries.progress import Figures
from shared.bus import CauseMissing
from shared.events.ledger import (
    DisbursementCommitted,
    DisbursementOrdered,
    DisbursementPosted,
    DisbursementRefused,
    DisbursementReserved,
)
from shared.events.projects import DisbursementRequested, Family
from shared.testing.harness import hear_again, recorded
from tests.ledger.books import DAY, Books, debit, payment, payment_back, request


async def state_of(books: Books, one: DisbursementRequested) -> str:
    [(state,)] = await books.rows(
        "select state from disbursements where disbursement_id = :id", id=one.disbursement_id
    )
    return str(state)


async def order(books: Books, one: DisbursementRequested, by: UUID, **other: Any) -> Any:
    territory = other.get("territory", one.territory)
    path = f"/api/ledger/{territory}/disbursements/{one.disbursement_id}/order"
    return await books.post(path, by, roles=(territory,))


async def confirm(
    books: Books, one: DisbursementRequested, by: UUID, order_hash: str, territory: str | None = None
) -> Any:
    territory = territory or one.territory
    path = f"/api/ledger/{territory}/disbursements/{one.disbursement_id}/confirmation"
    return await books.post(path, by, roles=(territory,), json={"order_hash": order_hash})


async def reserved(books: Books, amount_minor: int = 1_000, **other: Any) -> DisbursementRequested:
    """A disbursement of all that the envelope holds."""
    one = request(amount_minor, **other)
    await books.hear(payment(amount_minor), one)
    return one


async def ordered(books: Books, one: DisbursementRequested) -> tuple[UUID, UUID, str]:
    """The two treasurers, and the hash of the first one's order."""
    first, second = await books.treasurer(), await books.treasurer()
    return first, second, (await order(books, one, first)).json()["order_hash"]


async def committed(books: Books, **other: Any) -> DisbursementRequested:
    one = await reserved(books, **other)
    _, second, order_hash = await ordered(books, one)
    assert (await confirm(books, one, second, order_hash)).status_code == 200
    return one


async def test_a_request_that_the_envelope_covers_is_reserved(books: Books) -> None:
    """ENG: D 801100 / C 809200, and it is said."""
    one = await reserved(books)
    assert (await books.entries())[-1] == ("ENG", 1, {"801100": 1_000, "809200": -1_000})
    [said] = await recorded(books.service)
    assert isinstance(said, DisbursementReserved)
    assert (said.disbursement_id, said.amount_minor) == (one.disbursement_id, 1_000)


async def test_a_request_beyond_the_envelope_is_refused_with_what_there_is(books: Books) -> None:
    """One cent more; the part for local currencies, other funds and territories, and what was lent do not count."""
    await books.adopt(500, on=DAY)
    await books.hear(payment(1_000), payment(10_000, fund="autre"), payment(10_000, territory="13"))
    await books.hear(payment(10_000, instrument="loan"))
    await books.hear(refused := request(951), request(950))
    said = await recorded(books.service)
    assert isinstance(said[0], DisbursementRefused)
    assert (said[0].disbursement_id, said[0].available_minor) == (refused.disbursement_id, 950)
    assert said[0].reason == "L’enveloppe du territoire ne suffit pas"
    assert isinstance(said[1], DisbursementReserved)


async def test_twenty_requests_at_once_get_no_more_than_there_is(books: Books) -> None:
    """Each in a session of its own: three of a third pass."""
    await books.hear(payment(1_000))
    requests = [request(333) for _ in range(20)]
    await asyncio.gather(*(books.hear(one) for one in requests))
    states = [await state_of(books, one) for one in requests]
    assert (states.count("reserved"), states.count("refused")) == (3, 17)
    assert await books.problems() == []


async def test_a_request_heard_again_reserves_nothing_more(books: Books) -> None:
    """Also under a new event id; with another content it is refused, and the first one stays."""
    await books.hear(payment(10_000))
    one = request(1_000)
    heard = await books.hear(one)
    await hear_again(books.service, heard)
    await books.hear(one)
    with pytest.raises(RequestDiffers):
        await books.hear(one.model_copy(update={"payee_iban": "FR7612345987650123456789014"}))
    assert (await books.balances())["801100"] == 1_000
    assert len(await recorded(books.service)) == 1


async def test_two_treasurers_commit_the_money(books: Books) -> None:
    """ENG: D 801200 / C 801100; both steps are said, the second with what the bank needs."""
    one = await reserved(books)
    first, second, order_hash = await ordered(books, one)
    answer = await confirm(books, one, second, order_hash)
    assert answer.json() == {"state": "committed", "end_to_end_id": f"MIL{one.disbursement_id.hex}"}
    assert (await books.entries())[-1] == ("ENG", 2, {"801200": 1_000, "801100": -1_000})
    by_order, commitment = (await recorded(books.service))[-2:]
    assert isinstance(by_order, DisbursementOrdered)
    assert isinstance(commitment, DisbursementCommitted)
    assert (by_order.ordered_by, commitment.confirmed_by) == (first, second)
    assert by_order.order_hash == commitment.order_hash == order_hash
    assert await books.figures() == Figures(0, 1_000, 0, 0)


async def test_nobody_confirms_their_own_order(books: Books) -> None:
    """403, in French."""
    one = await reserved(books)
    first, _, order_hash = await ordered(books, one)
    answer = await confirm(books, one, first, order_hash)
    assert (answer.status_code, answer.json()["code"]) == (403, "same_person_twice")
    assert await state_of(books, one) == "ordered"


async def test_who_asks_for_money_neither_orders_nor_confirms_it(books: Books) -> None:
    """Even as a treasurer."""
    asker = await books.treasurer()
    one = await reserved(books, requested_by=asker)
    assert (await order(books, one, asker)).json()["code"] == "requester_may_not_pay"
    _, _, order_hash = await ordered(books, one)
    assert (await confirm(books, one, asker, order_hash)).json()["code"] == "requester_may_not_pay"


async def test_a_session_alone_makes_no_treasurer(books: Books) -> None:
    """The ledger's own projection must know the role too, here and now."""
    one = await reserved(books)
    stranger = uuid4()
    assert (await order(books, one, stranger)).status_code == 403
    _, second, order_hash = await ordered(books, one)
    assert (await confirm(books, one, stranger, order_hash)).status_code == 403
    await books.revoke(second)
    assert (await confirm(books, one, second, order_hash)).status_code == 403
    assert await state_of(books, one) == "ordered"


async def test_the_order_of_somebody_who_left_is_given_again(books: Books) -> None:
    """It cannot be confirmed any more; another person orders, its hash is new, and a third one confirms."""
    one = await reserved(books)
    first, second, old_hash = await ordered(books, one)
    assert (await order(books, one, second)).status_code == 409
    await books.revoke(first)
    refused = await confirm(books, one, second, old_hash)
    assert (refused.status_code, refused.json()["code"]) == (409, "orderer_left")
    assert "à nouveau" in refused.json()["detail"]
    new_hash = (await order(books, one, second)).json()["order_hash"]
    third = await books.treasurer()
    assert (await confirm(books, one, third, old_hash)).json()["code"] == "another_order"
    assert (await confirm(books, one, third, new_hash)).status_code == 200


async def test_what_is_confirmed_is_the_order_as_it_was_shown(books: Books) -> None:
    """A payee changed in between, even in the database, is another order."""
    one = await reserved(books)
    _, second, order_hash = await ordered(books, one)
    await books.as_owner("update disbursements set payee_iban = 'FR7612345987650123456789014'")
    assert (await confirm(books, one, second, order_hash)).json()["code"] == "another_order"
    assert (await confirm(books, one, second, "0" * 64)).status_code == 409


async def test_a_treasurer_of_another_territory_finds_nothing(books: Books) -> None:
    """404 under their own territory, 403 under the disbursement's."""
    one = await reserved(books)
    elsewhere = await books.treasurer("13")
    assert (await order(books, one, elsewhere, territory="13")).status_code == 404
    path = f"/api/ledger/64/disbursements/{one.disbursement_id}/order"
    assert (await books.post(path, elsewhere, roles=("13",))).status_code == 403


async def test_the_same_click_twice_is_one_order_and_one_confirmation(books: Books) -> None:
    """Also at once: the answer is the same, nothing is posted or said twice."""
    one = await reserved(books)
    first, second = await books.treasurer(), await books.treasurer()
    orders = await asyncio.gather(*(order(books, one, first) for _ in range(3)))
    [order_hash] = {answer.json()["order_hash"] for answer in orders}
    answers = await asyncio.gather(*(confirm(books, one, second, order_hash) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await recorded(books.service)) == 3
    assert len(await books.entries()) == 3


async def test_two_persons_who_confirm_at_once_are_one_confirmation(books: Books) -> None:
    """The other is told that it is done."""
    one = await reserved(books)
    _, second, order_hash = await ordered(books, one)
    third = await books.treasurer()
    answers = await asyncio.gather(*(confirm(books, one, who, order_hash) for who in (second, third)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_nothing_is_committed_that_has_gone_back_since(books: Books) -> None:
    """A payment returned after the reservation empties the envelope: the confirmation waits for new gifts."""
    received, one = payment(1_000), request(1_000)
    await books.hear(received, one)
    _, second, order_hash = await ordered(books, one)
    await books.hear(payment_back(received, 1))
    refused = await confirm(books, one, second, order_hash)
    assert (refused.status_code, refused.json()["code"]) == (409, "envelope_short")
    await books.hear(payment(1))
    assert (await confirm(books, one, second, order_hash)).status_code == 200


@pytest.mark.parametrize(("family", "account"), [(Family.GRANT, "657100"), (Family.INVESTMENT, "274000")])
async def test_the_banks_debit_posts_and_releases(books: Books, family: Family, account: str) -> None:
    """DEC: D 657100 or 274000 / C 512100; ENG: D 809200 / C 801200; it is disbursed."""
    one = await committed(books, family=family)
    await books.hear(debit(one))
    assert (await books.entries())[-2:] == [
        ("DEC", 1, {account: 1_000, "512100": -1_000}),
        ("ENG", 3, {"809200": 1_000, "801200": -1_000}),
    ]
    assert isinstance((await recorded(books.service))[-1], DisbursementPosted)
    assert await books.figures() == Figures(0, 1_000, 0, 1_000)
    assert await books.problems() == []


async def test_a_debit_heard_again_posts_nothing_more(books: Books) -> None:
    """Past the inbox, the journal knows its event; under another id, it is refused."""
    one = await committed(books)
    said = debit(one)
    heard = await books.hear(said)
    await hear_again(books.service, heard)
    with pytest.raises(NotInState):
        await books.hear(debit(one))
    assert (await books.figures()).disbursed_minor == 1_000


async def test_a_debit_that_was_not_committed_is_at_fault(books: Books) -> None:
    """pledges learns its EndToEndId from the commitment; an unknown disbursement waits, as after a restore."""
    one = await reserved(books)
    with pytest.raises(NotInState):
        await books.hear(debit(one))
    with pytest.raises(CauseMissing):
        await books.hear(debit(request(1_000)))


async def test_francs_pay_in_francs_only(books: Books) -> None:
    """An envelope is of one currency: what came in XPF is not spent as euros, to the last franc."""
    place = {"territory": "988"}
    euros, francs, more = (
        request(amount, **place, currency=currency)
        for amount, currency in [(1, "EUR"), (1_000, "XPF"), (1, "XPF")]
    )
    await books.hear(payment(1_000, **place, currency="XPF"), euros, francs, more)
    assert [await state_of(books, one) for one in (euros, francs, more)] == ["refused", "reserved", "refused"]
    assert await books.problems() == []


@pytest.mark.parametrize("other", [{"amount_minor": 999}, {"currency": "XPF"}])
async def test_a_debit_of_something_else_is_at_fault(books: Books, other: dict[str, Any]) -> None:
    """Another amount or currency than was committed."""
    one = await committed(books)
    with pytest.raises(DebitDiffers):
        await books.hear(debit(one).model_copy(update=other))


async def test_an_order_names_a_disbursement_that_is_there(books: Books) -> None:
    """404, in French."""
    who = await books.treasurer()
    answer = await order(books, request(1), who)
    assert answer.status_code == 404
    assert "n’existe pas" in answer.json()["detail"]

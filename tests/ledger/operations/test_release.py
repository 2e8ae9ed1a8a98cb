"""What nobody confirmed is given up by one treasurer: the envelope gets its own back, the need may ask again."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.ledger import DisbursementRefused
from shared.events.projects import DisbursementRequested
from shared.testing.harness import recorded
from tests.ledger.books import Books, debit, payment, request
from tests.ledger.operations.test_disburse import (
    committed,
    confirm,
    order,
    ordered,
    reserved,
    state_of,
)
from tests.ledger.operations.test_fund_rules import adopt

WHY = "Le fonds ne verse plus de subventions depuis le vote de mars."


async def release(books: Books, one: DisbursementRequested, by: UUID, reason: str = WHY) -> Any:
    path = f"/api/ledger/64/disbursements/{one.disbursement_id}/release"
    return await books.post(path, by, json={"reason": reason})


async def test_a_reservation_goes_back_to_the_envelope(books: Books) -> None:
    """ENG: D 809200 / C 801100; its author and reason are kept, and it is said with what there is."""
    one = await reserved(books)
    who = await books.treasurer()
    assert (await release(books, one, who, f"  {WHY} ")).json() == {"state": "released"}
    assert (await books.entries())[-1] == ("ENG", 2, {"809200": 1_000, "801100": -1_000})
    kept = await books.rows("select state, released_by, release_reason from disbursements")
    assert [tuple(row) for row in kept] == [("released", who, WHY)]
    said = (await recorded(books.service))[-1]
    assert isinstance(said, DisbursementRefused)
    assert (said.disbursement_id, said.available_minor) == (one.disbursement_id, 1_000)
    assert said.reason == "La trésorerie du territoire a rendu cette réservation à l’enveloppe"
    assert await books.problems() == []


async def test_what_a_rule_forbids_now_is_released_and_serves_another_need(books: Books) -> None:
    """Also once it is ordered; its part of the envelope does not count any more."""
    one = await reserved(books)
    first, second, order_hash = await ordered(books, one)
    await adopt(books, largest_share_basis_points=6_000)
    refused = await confirm(books, one, second, order_hash)
    assert "Rendez la réservation à l’enveloppe" in refused.json()["detail"]
    assert (await release(books, one, first)).status_code == 200
    assert (await confirm(books, one, second, order_hash)).json()["code"] == "not_in_state"
    again = request(600, need_id=one.need_id)
    await books.hear(again)
    assert await state_of(books, again) == "reserved"
    assert await books.problems() == []


async def test_the_same_release_again_changes_nothing(books: Books) -> None:
    """Also at once, and by another person: the first one's reason stays."""
    one = await reserved(books)
    people = [await books.treasurer() for _ in "12"]
    answers = await asyncio.gather(*(release(books, one, who) for who in people * 2))
    assert {answer.status_code for answer in answers} == {200}
    assert (len(await books.entries()), len(await recorded(books.service))) == (3, 2)


async def test_a_confirmation_and_a_release_at_once_are_one_of_them(books: Books) -> None:
    """Never both."""
    one = await reserved(books)
    first, second, order_hash = await ordered(books, one)
    answers = await asyncio.gather(confirm(books, one, second, order_hash), release(books, one, first))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await books.problems() == []


@pytest.mark.parametrize("is_debited", [False, True])
async def test_what_is_committed_is_not_released(books: Books, is_debited: bool) -> None:
    """Two persons decided it, and the bank may know."""
    one = await committed(books)
    if is_debited:
        await books.hear(debit(one))
    refused = await release(books, one, await books.treasurer())
    assert (refused.status_code, refused.json()["code"]) == (409, "not_in_state")


async def test_a_release_has_a_reason_and_an_author(books: Books) -> None:
    """A sentence, by a treasurer whom the ledger knows; nothing is posted."""
    one = await reserved(books)
    vague = await release(books, one, await books.treasurer(), "  assez    ")
    assert (vague.status_code, vague.json()["code"]) == (422, "reason_missing")
    assert (await release(books, one, uuid4())).status_code == 403
    assert (await release(books, request(1), await books.treasurer())).status_code == 404
    assert await state_of(books, one) == "reserved"


async def test_a_released_reservation_is_not_ordered(books: Books) -> None:
    """It is over."""
    one = await reserved(books)
    who = await books.treasurer()
    await release(books, one, who)
    assert (await order(books, one, who)).json()["code"] == "not_in_state"


@pytest.mark.parametrize(
    "change", ["release_reason = 'Une tout autre raison.'", "released_by = requested_by"]
)
async def test_a_release_that_was_changed_is_found(books: Books, change: str) -> None:
    """Its entry bears the hash of who and why."""
    one = await reserved(books)
    await release(books, one, await books.treasurer())
    await books.as_owner(f"update disbursements set {change}")
    assert [
        problem for problem in await books.problems() if "n’a pas été rendue par cette personne" in problem
    ]


async def test_a_page_releases(books: Books) -> None:
    """The form is there until the confirmation, and the reason afterwards."""
    one, who = await reserved(books), await books.treasurer()
    await books.hear(payment(5))
    assert "Rendre à l’enveloppe" in (await books.get("/comptes/64/versements", who)).text
    path = f"/comptes/64/versements/{one.disbursement_id}/liberation"
    assert (await books.post(path, who, data={"reason": WHY})).status_code == 303
    page = (await books.get("/comptes/64/versements", who)).text
    assert WHY in page
    assert "Rendre à l’enveloppe" not in page

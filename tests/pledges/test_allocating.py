"""A credit in suspense finds its pledges later, by hand, and that is undone in two steps."""

import asyncio
from uuid import UUID, uuid4

import pytest

from shared.events.pledges import (
    AllocationReversed,
    PaymentAllocated,
    PaymentReturned,
    PaymentSuspended,
    SuspenseCleared,
    SuspenseRestored,
)
from shared.testing import client_for, recorded, session_token

SECOND = UUID("7d9f5a52-3b0c-4e0f-8a9a-0f6a3f1f0002")


@pytest.fixture
async def desk(pledges, as_treasurer):
    """Requests as a treasurer: `await desk("POST", address, **json)`; the response."""

    async with client_for(pledges) as http:

        async def ask(method, address, *, headers=as_treasurer, **json):
            return await http.request(method, address, headers=headers, json=json or None)

        ask.http = http
        yield ask


@pytest.fixture
def waiting(send, statement, bank_file, movement, pledges):
    """Import one credit that nothing explains; its line's id."""
    day = 0

    async def make(amount_minor=9000, **fields):
        nonlocal day
        lines = [movement(amount_minor, **fields)]
        answer = await send(bank_file(statement(lines, opening_minor=0, day=day, statement_id=f"W{day}")))
        assert answer.status_code == 200, answer.text
        day += 1
        suspended = [event for event in await recorded(pledges) if isinstance(event, PaymentSuspended)]
        return suspended[-1].line_id

    return make


async def allocate(desk, line_id, *parts, waiting_minor=9000, **other):
    named = [{"reference": pledge["reference"], "amount_minor": amount} for pledge, amount in parts]
    return await desk(
        "POST", f"/api/pledges/lines/{line_id}/allocations", parts=named, waiting_minor=waiting_minor, **other
    )


async def undo(desk, allocation_id, *, reason="Erreur de personne"):
    asked = await desk("POST", f"/api/pledges/allocations/{allocation_id}/undoing", reason=reason)
    assert asked.status_code == 200, asked.text
    return await desk("POST", f"/api/pledges/allocations/{allocation_id}/undoing/confirmation")


async def money(desk, pledge):
    found = (await desk("GET", f"/api/pledges/pledges/{pledge['pledge_id']}")).json()
    return found["state"], found["received_minor"], found["returned_minor"]


async def test_a_line_is_divided_between_pledges_and_the_rest_waits(desk, pledges, waiting, promised):
    """Two events a part: suspense is cleared in the national lane, the pledge's territory receives."""
    one, other = await promised(5000, "64"), await promised(3000, "2A")
    line_id = await waiting(9000)
    answer = await allocate(desk, line_id, (one, 5000), (other, 3000), note="Courriel du 3 novembre")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["line"]["waiting_minor"], answer.json()["line"]["allocated_minor"]) == (1000, 8000)
    said = await recorded(pledges)
    cleared = [event for event in said if isinstance(event, SuspenseCleared)]
    received = [event for event in said if isinstance(event, PaymentAllocated)]
    assert [(event.territory, event.amount_minor) for event in cleared] == [("00", 5000), ("00", 3000)]
    assert [(event.territory, event.amount_minor) for event in received] == [("64", 5000), ("2A", 3000)]
    assert {event.matched_by for event in received} == {"by_hand"}
    assert (await money(desk, one), await money(desk, other)) == (("paid", 5000, 0), ("paid", 3000, 0))


async def test_one_part_may_take_all_that_is_left(desk, waiting, promised):
    """Its amount is left out; more than was promised lands as well."""
    one = await promised(5000)
    answer = await allocate(desk, await waiting(9000), (one, None))
    assert answer.json()["line"]["waiting_minor"] == 0
    assert await money(desk, one) == ("paid", 9000, 0)


async def test_a_pledge_is_paid_by_several_people(
    desk, waiting, promised, send, statement, bank_file, movement
):
    """One transfer with the reference, one without: both count."""
    one = await promised(5000)
    lines = [movement(2000, structured_reference=one["reference"], counterparty_name="Jo")]
    await send(bank_file(statement(lines, day=40)))
    await allocate(desk, await waiting(3000, counterparty_name="Lou"), (one, 3000), waiting_minor=3000)
    assert await money(desk, one) == ("paid", 5000, 0)


@pytest.mark.parametrize(
    ("amounts", "sentence"),
    [
        ([(0, 9001)], "il ne reste que"),
        ([(0, 5000), (1, 4001)], "il ne reste que"),
        ([(0, 4000), (0, 4000)], "citée deux fois"),
        ([(0, None), (1, None)], "sauf une qui prend le reste"),
        ([(0, 9000), (1, None)], "au moins un centime"),
    ],
)
async def test_a_division_that_cannot_be_changes_nothing(desk, pledges, waiting, promised, amounts, sentence):
    """One sentence, no event, nothing received."""
    known = [await promised(5000), await promised(5000)]
    line_id = await waiting(9000)
    before = len(await recorded(pledges))
    answer = await allocate(desk, line_id, *[(known[index], amount) for index, amount in amounts])
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]
    assert len(await recorded(pledges)) == before
    assert [await money(desk, one) for one in known] == [("pledged", 0, 0)] * 2


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("RF19539007547034", "mal recopiée"),
        ("RF18539007547034", "Aucune promesse ne porte"),
        ("\0", "mal recopiée"),
    ],
)
async def test_a_reference_that_is_none_is_refused(desk, waiting, reference, sentence):
    """Mistyped, unknown, or not even text."""
    line_id = await waiting(9000)
    answer = await allocate(desk, line_id, ({"reference": reference}, 9000))
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]


async def test_the_same_request_twice_allocates_once(desk, waiting, promised):
    """The second finds less waiting than it saw."""
    one = await promised(5000)
    line_id = await waiting(9000)
    answers = [await allocate(desk, line_id, (one, 4000)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 422]
    assert "quelqu’un l’a rapprochée" in answers[1].json()["detail"]
    assert await money(desk, one) == ("partially_paid", 4000, 0)


async def test_two_treasurers_at_once_never_divide_more_than_came(desk, waiting, promised):
    """One is served, the other is told that the line has changed."""
    pledges = [await promised(9000) for _ in range(4)]
    line_id = await waiting(9000)
    answers = await asyncio.gather(*[allocate(desk, line_id, (one, 9000)) for one in pledges])
    assert sorted(answer.status_code for answer in answers) == [200, 422, 422, 422]
    assert sum([(await money(desk, one))[1] for one in pledges]) == 9000


async def test_a_line_that_waits_for_nothing_is_left_alone(
    desk, pledges, promised, send, statement, bank_file, movement
):
    """A received credit, a suspended debit."""
    one = await promised(5000)
    lines = [movement(5000, structured_reference=one["reference"]), movement(-700)]
    await send(bank_file(statement(lines)))
    received, debit = [event.line_id for event in await recorded(pledges) if hasattr(event, "booked_on")]
    for line_id, amount, sentence in ((received, 5000, "pas en attente"), (debit, 700, "un débit")):
        answer = await allocate(desk, line_id, (one, amount), waiting_minor=amount)
        assert (answer.status_code, sentence in answer.json()["detail"]) == (422, True)


async def test_a_transfer_that_came_back_is_no_gift(desk, waiting, promised):
    """The money of an order whose account was closed: no pledge gets it, it waits."""
    pledge = await promised(amount_minor=9000)
    refused = await allocate(desk, await waiting(return_reason="AC04"), (pledge, 9000))
    assert refused.status_code == 422
    assert "ce n’est pas un don" in refused.json()["detail"]
    assert await money(desk, pledge) == ("pledged", 0, 0)


async def test_undoing_asks_first_and_then_puts_everything_back(desk, pledges, waiting, promised):
    """Asking changes nothing; confirming tells both lanes, and the line waits again."""
    one = await promised(5000, "64")
    line_id = await waiting(9000)
    made = (await allocate(desk, line_id, (one, 9000))).json()["allocations"][0]["allocation_id"]
    asked = await desk("POST", f"/api/pledges/allocations/{made}/undoing", reason="Erreur de personne")
    assert asked.json()["allocations"][0]["undo_reason"] == "Erreur de personne"
    assert await money(desk, one) == ("paid", 9000, 0)
    second = {"Authorization": f"Bearer {session_token(SECOND, roles=[('treasurer', '00')])}"}
    done = await desk("POST", f"/api/pledges/allocations/{made}/undoing/confirmation", headers=second)
    assert done.json()["line"]["waiting_minor"] == 9000
    assert done.json()["allocations"][0]["undone_by"] == str(SECOND)
    restored, reversed_ = (await recorded(pledges))[-2:]
    assert isinstance(restored, SuspenseRestored)
    assert isinstance(reversed_, AllocationReversed)
    assert (restored.territory, reversed_.territory, reversed_.amount_minor) == ("00", "64", 9000)
    assert await money(desk, one) == ("pledged", 0, 0)


async def test_what_was_undone_can_be_allocated_again(desk, waiting, promised):
    """To the pledge that was meant."""
    wrong, right = await promised(9000), await promised(9000)
    line_id = await waiting(9000)
    made = (await allocate(desk, line_id, (wrong, 9000))).json()["allocations"][0]["allocation_id"]
    await undo(desk, made)
    assert (await allocate(desk, line_id, (right, 9000))).status_code == 200
    assert (await money(desk, wrong), await money(desk, right)) == (("pledged", 0, 0), ("paid", 9000, 0))


async def test_a_cancelled_pledge_is_cancelled_again_when_its_late_money_was_anothers(
    desk, waiting, promised
):
    """It is promised no longer, whoever paid by mistake meanwhile."""
    one = await promised(9000)
    await desk("POST", f"/api/pledges/pledges/{one['pledge_id']}/cancellation")
    made = (await allocate(desk, await waiting(9000), (one, 9000))).json()["allocations"][0]["allocation_id"]
    assert await money(desk, one) == ("paid", 9000, 0)
    await undo(desk, made)
    assert await money(desk, one) == ("cancelled", 0, 0)


async def test_undoing_is_given_up(desk, waiting, promised):
    """The allocation stands, and cannot be confirmed away any more."""
    one = await promised(9000)
    made = (await allocate(desk, await waiting(9000), (one, 9000))).json()["allocations"][0]["allocation_id"]
    address = f"/api/pledges/allocations/{made}/undoing"
    await desk("POST", address, reason="Un doute")
    assert (await desk("DELETE", address)).json()["allocations"][0]["undo_reason"] is None
    confirmed = await desk("POST", f"{address}/confirmation")
    assert (confirmed.status_code, "demandez-la d’abord" in confirmed.json()["detail"]) == (422, True)
    assert await money(desk, one) == ("paid", 9000, 0)


async def test_undoing_twice_is_refused(desk, pledges, waiting, promised):
    """And says nothing more."""
    one = await promised(9000)
    made = (await allocate(desk, await waiting(9000), (one, 9000))).json()["allocations"][0]["allocation_id"]
    await undo(desk, made)
    before = len(await recorded(pledges))
    again = await desk("POST", f"/api/pledges/allocations/{made}/undoing", reason="Encore")
    assert (again.status_code, "déjà annulé" in again.json()["detail"]) == (422, True)
    assert len(await recorded(pledges)) == before


async def test_the_bank_returns_an_allocated_payment(
    desk, pledges, waiting, promised, send, statement, bank_file, movement
):
    """By its EndToEndId; what went back can no longer be undone."""
    one = await promised(9000)
    made = (await allocate(desk, await waiting(9000, end_to_end_id="E2E-1"), (one, 9000))).json()
    allocation_id = made["allocations"][0]["allocation_id"]
    back = movement(-4000, end_to_end_id="E2E-1", return_reason="AC04")
    await send(bank_file(statement([back], opening_minor=9000, day=50)))
    returned = (await recorded(pledges))[-2]
    assert isinstance(returned, PaymentReturned)
    assert (str(returned.received_line_id), returned.amount_minor) == (allocation_id, 4000)
    assert await money(desk, one) == ("partially_refunded", 9000, 4000)
    refused = await desk("POST", f"/api/pledges/allocations/{allocation_id}/undoing", reason="Trop tard")
    assert (refused.status_code, "déjà été rendue" in refused.json()["detail"]) == (422, True)


async def test_a_transfer_for_several_pledges_divides_itself_when_it_is_exact(
    desk, pledges, promised, send, statement, bank_file, movement
):
    """Both references in the text, and the amount is what both miss: the import allocates."""
    one, other = await promised(5000, "64"), await promised(3000, "13")
    text = f"{one['reference']} et {other['reference']}"
    content = bank_file(statement([movement(8000, remittance_text=text)]))
    assert (await send(content)).json()["statements"][0]["waiting_count"] == 0
    received = [event for event in await recorded(pledges) if isinstance(event, PaymentAllocated)]
    assert {(event.territory, event.amount_minor, event.matched_by) for event in received} == {
        ("64", 5000, "several_references"),
        ("13", 3000, "several_references"),
    }
    assert (await money(desk, one), await money(desk, other)) == (("paid", 5000, 0), ("paid", 3000, 0))
    before = len(await recorded(pledges))
    assert (await send(content)).json()["statements"][0]["status"] == "already_imported"
    assert len(await recorded(pledges)) == before


async def test_a_divided_transfer_is_returned_by_reference(
    desk, pledges, promised, send, statement, bank_file, movement
):
    """In the same file as it came."""
    one, other = await promised(5000), await promised(3000)
    text = f"{one['reference']} {other['reference']}"
    lines = [movement(8000, remittance_text=text), movement(-3000, structured_reference=other["reference"])]
    await send(bank_file(statement(lines)))
    assert (await money(desk, one), await money(desk, other)) == (("paid", 5000, 0), ("refunded", 3000, 3000))


async def test_a_line_says_what_was_read_in_it_and_what_comes_near(desk, waiting, promised):
    """Its references, pledges one slip away from what was typed, and pledges of the same amount."""
    meant = await promised(5000)
    same = await promised(9000)
    digits = meant["reference"][2:]
    slipped = "RF" + digits[:5] + digits[6] + digits[5] + digits[7:]
    if slipped == meant["reference"]:
        slipped = "RF" + digits[:-1] + str((int(digits[-1]) + 1) % 10)
    line_id = await waiting(9000, remittance_text=f"don {slipped}")
    found = (await desk("GET", f"/api/pledges/lines/{line_id}")).json()
    assert [one["reference"] for one in found["mistyped"]] == [meant["reference"]]
    assert [one["reference"] for one in found["same_amount"]] == [same["reference"]]
    page = (await desk("GET", f"/banque/lignes/{line_id}")).text
    assert "Tout y rattacher" in page


async def test_the_page_divides_and_undoes_by_forms_alone(desk, waiting, promised, as_treasurer):
    """Typed as people type; a refusal keeps what was typed."""
    one = await promised(5000)
    line_id = await waiting(9000)
    address = f"/banque/lignes/{line_id}"
    form = {"attente": "9000", "reference_1": one["reference_in_groups"].lower(), "montant_1": "100,00"}
    refused = await desk.http.post(f"{address}/rapprocher", data=form, headers=as_treasurer)
    assert refused.status_code == 422
    assert 'value="100,00"' in refused.text
    form["montant_1"] = "50,00"
    assert (await desk.http.post(f"{address}/rapprocher", data=form, headers=as_treasurer)).status_code == 303
    page = (await desk("GET", address)).text
    assert "Rapprochée en partie" in page
    allocation_id = page.split("/banque/rapprochements/")[1].split("/")[0]
    undoing = f"/banque/rapprochements/{allocation_id}/annuler"
    asked = await desk.http.post(undoing, data={"raison": "Doublon"}, headers=as_treasurer)
    assert asked.headers["location"] == address
    assert "Annulation demandée" in (await desk("GET", address)).text
    await desk.http.post(f"{undoing}/confirmation", headers=as_treasurer)
    assert await money(desk, one) == ("pledged", 0, 0)


async def test_a_line_or_an_allocation_that_does_not_exist_is_said(desk, promised):
    """404 with a sentence, whatever is asked of it."""
    one = await promised(5000)
    for answer in (
        await desk("GET", f"/api/pledges/lines/{uuid4()}"),
        await allocate(desk, uuid4(), (one, 1)),
        await desk("POST", f"/api/pledges/allocations/{uuid4()}/undoing", reason="Rien"),
        await desk("GET", f"/banque/lignes/{uuid4()}"),
    ):
        assert answer.status_code == 404


async def test_the_export_names_what_a_line_became(desk, waiting, promised):
    """Its state, and the references of the pledges that it paid."""
    one, other = await promised(5000), await promised(4000)
    await allocate(desk, await waiting(9000), (one, 5000), (other, 4000))
    csv = (await desk("GET", "/api/pledges/lines.csv?from=2026-11-01&to=2026-11-30")).text
    assert "Rapprochée;" in csv
    assert " ".join(sorted([one["reference"], other["reference"]])) in csv


@pytest.fixture
def taken_back(send, statement, bank_file, movement):
    """The bank debits an amount with the EndToEndId of a credit."""

    async def make(amount_minor):
        back = movement(-amount_minor, end_to_end_id="VIREMENT-1", return_reason="AC04")
        one = statement([back], opening_minor=9000, day=30, statement_id="RETOUR")
        assert (await send(bank_file(one))).status_code == 200

    return make


async def test_a_credit_that_the_bank_took_back_is_not_allocated(desk, waiting, taken_back, promised):
    """Both wait in suspense, and a sentence says that they cancel each other out."""
    one = await promised(9000)
    line_id = await waiting(9000, end_to_end_id="VIREMENT-1")
    await taken_back(9000)
    answer = await allocate(desk, line_id, (one, 9000))
    assert (answer.status_code, "se compensent" in answer.json()["detail"]) == (422, True)
    assert await money(desk, one) == ("pledged", 0, 0)


async def test_of_a_credit_that_went_back_in_part_the_rest_is_allocated(desk, waiting, taken_back, promised):
    """To the cent."""
    one = await promised(9000)
    line_id = await waiting(9000, end_to_end_id="VIREMENT-1")
    await taken_back(2000)
    refused = await allocate(desk, line_id, (one, 7001))
    assert "Rapprochez 70,00" in refused.json()["detail"]
    assert (await allocate(desk, line_id, (one, 7000))).status_code == 200


async def test_of_two_credits_of_one_name_one_return_holds_one_back(desk, waiting, taken_back, promised):
    """A standing order names all its transfers alike."""
    one = await promised(9000)
    first, second = [await waiting(9000, end_to_end_id="VIREMENT-1") for _ in range(2)]
    await taken_back(9000)
    assert (await allocate(desk, second, (one, 9000))).status_code == 200
    assert (await allocate(desk, first, (one, 9000))).status_code == 422


async def test_a_return_of_something_else_holds_nothing_back(desk, waiting, taken_back, promised):
    """Nor does one when the credit has no name at all."""
    one = await promised(9000)
    named, nameless = await waiting(9000, end_to_end_id="VIREMENT-2"), await waiting(9000)
    await taken_back(9000)
    for line_id in (named, nameless):
        assert (await allocate(desk, line_id, (one, 9000))).status_code == 200

"""What becomes of a direct debit on the statements: its credit, and its return with what it means for the mandate."""

from datetime import date
from typing import Any

import pytest

from services.pledges.domain.collection import ON_ITS_WAY_DAYS
from shared.events.pledges import (
    BankLineEvent,
    PaymentAllocated,
    PaymentReceived,
    PaymentReturned,
    PaymentSuspended,
)
from shared.testing import client_for, recorded
from tests.pledges.conftest import FIRST_DAY
from tests.pledges.notified import Notified, Part


@pytest.fixture
async def sent(signed, promised, prepare, ripen, take_file, pledges, as_treasurer) -> dict[str, Any]:
    """A collection of 10,00 € that is with the bank, as treasurers read it; with its pledge and mandate."""
    pledge = await promised(12_000)
    mandate = await signed(pledge, day=1)
    batch = await prepare()
    await ripen()
    assert (await take_file(batch)).status_code == 200
    async with client_for(pledges) as http:
        found = await http.get(f"/api/pledges/debit-batches/{batch['batch_id']}", headers=as_treasurer)
    (collection,) = found.json()["collections"]
    return collection | {"pledge": pledge, "mandate_id": mandate["mandate_id"], "batch_id": batch["batch_id"]}


@pytest.fixture
def told(pledges, send, statement, bank_file) -> Any:
    """Import one statement with these lines; the events of all lines so far."""
    balance, day = 0, 0

    async def import_(*lines: Any) -> list[BankLineEvent]:
        nonlocal balance, day
        one = statement(lines, opening_minor=balance, day=day)
        balance, day = one[0].closing_minor, day + 1
        assert (await send(bank_file(one))).status_code == 200
        return [event for event in await recorded(pledges) if isinstance(event, BankLineEvent)]

    return import_


@pytest.fixture
def page_of(pledges) -> Any:
    """The saver's page of a collection."""

    async def read(collection: dict[str, Any]) -> str:
        async with client_for(pledges) as http:
            page = await http.get(f"/promesses/{collection['pledge_id']}/prelevement")
        text: str = page.text
        return text

    return read


@pytest.mark.parametrize("shown", ["end_to_end_id", "remittance_text"])
async def test_the_credit_of_a_collection_is_a_receipt_of_its_pledge(
    sent, told, movement, page_of, shown: str
) -> None:
    """Whether the bank passes our text on, or the EndToEndId alone."""
    fields = {"end_to_end_id": sent["end_to_end_id"]}
    if shown == "remittance_text":
        fields["remittance_text"] = sent["pledge"]["reference"]
    (event,) = await told(movement(1_000, **fields))
    assert isinstance(event, PaymentReceived)
    assert str(event.pledge_id) == sent["pledge_id"]
    assert "Encaissé le" in await page_of(sent)


@pytest.mark.parametrize(
    ("reason", "state", "says"),
    [
        ("MD06", "suspended", "demandé à sa banque de la rembourser"),
        ("AC04", "suspended", "Le compte est fermé."),
        ("AM04", "active", "pas assez d’argent"),
        ("ZZ99", "active", "Motif donné par la banque : ZZ99."),
    ],
)
async def test_a_return_marks_the_collection_and_its_mandate(
    pledges, sent, told, movement, page_of, as_treasurer, reason: str, state: str, says: str
) -> None:
    """The money goes back in the books; savers and treasurers read why in French."""
    name = {"end_to_end_id": sent["end_to_end_id"]}
    await told(movement(1_000, **name))
    *_, event = await told(movement(-1_000, **name, return_reason=reason))
    assert isinstance(event, PaymentReturned)
    assert str(event.pledge_id) == sent["pledge_id"]
    async with client_for(pledges) as http:
        mandates = (await http.get(f"/api/pledges/pledges/{sent['pledge_id']}/mandates")).json()
        batch = await http.get(f"/banque/prelevements/{sent['batch_id']}", headers=as_treasurer)
    assert mandates[0]["state"] == state
    assert says in await page_of(sent)
    assert says in batch.text


async def test_a_return_in_the_file_of_its_credit_is_seen(sent, told, movement, page_of) -> None:
    """In the order that the bank chose."""
    name = {"end_to_end_id": sent["end_to_end_id"]}
    events = await told(movement(-1_000, **name, return_reason="AC06"), movement(1_000, **name))
    assert [type(event) for event in events] == [PaymentReceived, PaymentReturned]
    assert "Le compte est bloqué." in await page_of(sent)


async def test_a_lump_is_suspended_and_a_return_of_it_still_counts(sent, told, movement, page_of) -> None:
    """Without details nothing says whose money it is; an account that is closed stays closed."""
    lump, back = await told(
        movement(1_000, detail_index=0, remittance_text="REMISE PRLV SEPA"),
        movement(-1_000, end_to_end_id=sent["end_to_end_id"], return_reason="AC04"),
    )
    assert (type(lump), type(back)) == (PaymentSuspended, PaymentSuspended)
    assert "Le compte est fermé." in await page_of(sent)


async def test_a_return_is_not_booked_on_another_payment_of_the_promise(
    pledges, sent, told, movement
) -> None:
    """A collection whose credit waits in suspense comes back: what was paid by transfer stays received."""
    *_, back = await told(
        movement(1_000, structured_reference=sent["pledge"]["reference"]),
        movement(1_000, detail_index=0, remittance_text="REMISE PRLV SEPA"),
        movement(-1_000, end_to_end_id=sent["end_to_end_id"], return_reason="AM04"),
    )
    assert isinstance(back, PaymentSuspended)
    assert back.reason == "return_of_unknown_payment"
    async with client_for(pledges) as http:
        pledge = (await http.get(f"/api/pledges/pledges/{sent['pledge_id']}")).json()
    assert (pledge["received_minor"], pledge["returned_minor"]) == (1_000, 0)


async def test_what_a_suspended_mandate_announced_is_cancelled(
    pledges, sent, told, movement, prepare, prepare_answer, collect_day, as_treasurer
) -> None:
    """It is neither sent nor announced again."""
    async with pledges.database.begin() as work:
        await work.execute("update debit_collections set period = period - interval '1 month'")
    following = await prepare()
    name = {"end_to_end_id": sent["end_to_end_id"]}
    await told(movement(1_000, **name), movement(-1_000, **name, return_reason="MD01"))
    async with client_for(pledges) as http:
        batch = await http.get(f"/api/pledges/debit-batches/{following['batch_id']}", headers=as_treasurer)
    assert [one["state"] for one in batch.json()["collections"]] == ["cancelled"]
    assert (await prepare_answer(collect_day)).json()["code"] == "nothing_due"


async def test_a_return_is_missing_again_and_collected_with_the_next(
    pledges, sent, told, movement, prepare
) -> None:
    """What the bank gave back is asked for in another month, unlike what we gave back ourselves."""
    name = {"end_to_end_id": sent["end_to_end_id"]}
    await told(movement(1_000, **name), movement(-1_000, **name, return_reason="AM04"))
    async with pledges.database.begin() as work:
        await work.execute("update debit_collections set period = period - interval '1 month'")
        await work.execute("update pledges set amount_minor = 1500")
    assert (await prepare())["amount_minor"] == 1_000


async def test_a_return_of_something_else_touches_no_mandate(sent, told, movement, page_of) -> None:
    """A transfer's return names no collection."""
    await told(movement(1_000, structured_reference=sent["pledge"]["reference"], end_to_end_id="VIREMENT"))
    await told(movement(-1_000, end_to_end_id="VIREMENT", return_reason="AC04"))
    assert "Transmis à la banque" in await page_of(sent)


@pytest.fixture
def a_month_later(pledges, prepare_answer, collect_day) -> Any:
    """What the next batch collects, the pledge being of 15 €; nothing where no batch is made."""

    async def collected() -> int:
        async with pledges.database.begin() as work:
            await work.execute("update debit_collections set period = period - interval '1 month'")
            await work.execute("update pledges set amount_minor = 1500")
        answer = (await prepare_answer(collect_day)).json()
        return int(answer.get("amount_minor", 0))

    return collected


async def test_a_collection_credited_in_a_sum_has_arrived(sent, book, notify, page_of, a_month_later) -> None:
    """The detail of a remittance names it: it is received, and no longer on its way beside that."""
    await book((1_000, "R1"))
    await notify(Notified([Part(1_000, sent["end_to_end_id"])], reference="R1"))
    assert "Encaissé le" in await page_of(sent)
    assert await a_month_later() == 500


async def test_a_collection_whose_allocation_was_undone_is_on_its_way_again(
    pledges, sent, book, notify, page_of, as_treasurer
) -> None:
    """Its money waits in suspense."""
    await book((1_000, "R1"))
    await notify(Notified([Part(1_000, sent["end_to_end_id"])], reference="R1"))
    (event,) = [one for one in await recorded(pledges) if isinstance(one, PaymentAllocated)]
    undoing = f"/api/pledges/allocations/{event.allocation_id}/undoing"
    async with client_for(pledges) as http:
        await http.post(undoing, json={"reason": "Erreur"}, headers=as_treasurer)
        await http.post(f"{undoing}/confirmation", headers=as_treasurer)
    assert "Transmis à la banque" in await page_of(sent)


@pytest.fixture
def remittance(pledges, sent, book, as_treasurer) -> Any:
    """The bank books the collection in a sum that nothing details, and a person divides it, or does not."""

    async def booked(*, divided: bool) -> int:
        day = (date.fromisoformat(sent["collect_on"]) - FIRST_DAY).days
        await book((1_000, "R1"), day=day)
        (event,) = [one for one in await recorded(pledges) if isinstance(one, PaymentSuspended)]
        body = {"parts": [{"reference": sent["pledge"]["reference"]}], "waiting_minor": 1_000}
        if divided:
            async with client_for(pledges) as http:
                address = f"/api/pledges/lines/{event.line_id}/allocations"
                assert (await http.post(address, json=body, headers=as_treasurer)).status_code == 200
        return day

    return booked


@pytest.mark.parametrize(
    ("days", "divided", "amount_minor"), [(0, True, 500), (-1, True, 0), (0, False, 500)]
)
async def test_a_collection_that_no_statement_names_is_on_its_way_for_a_time(
    remittance, book, a_month_later, days: int, divided: bool, amount_minor: int
) -> None:
    """Until statements cover its days, and as long as a sum that may hold it waits: of 15 € it is 10 € then."""
    day = await remittance(divided=divided)
    await book((5, None), day=day + ON_ITS_WAY_DAYS + days)
    assert await a_month_later() == amount_minor


@pytest.mark.parametrize(
    ("reason", "state", "says"),
    [
        ("AC04", "suspended", "Le compte est fermé."),
        ("MD07", "suspended", "La personne qui possédait le compte est décédée."),
        ("AM04", "active", "pas assez d’argent"),
    ],
)
@pytest.mark.parametrize("first", ["statement", "notification"])
async def test_returns_in_a_sum_mark_their_collections_and_mandates(
    pledges, sent, book, notify, page_of, reason: str, state: str, says: str, first: str
) -> None:
    """The bank books several as one debit and a notification details it: the money waits, the mandates do not."""
    back = Part(-1_000, sent["end_to_end_id"], reason=reason)
    entry = Notified([back, Part(-700, "AUTRE", reason="AC04")], reference="R1")
    if first == "notification":
        await notify(entry)
    await book((-1_700, "R1"))
    if first == "statement":
        await notify(entry)
    async with client_for(pledges) as http:
        (mandate,) = (await http.get(f"/api/pledges/pledges/{sent['pledge_id']}/mandates")).json()
    assert mandate["state"] == state
    assert says in await page_of(sent)


async def test_a_return_withheld_from_a_credit_marks_its_collection(sent, book, notify, page_of) -> None:
    """The bank takes it off a remittance and credits the rest."""
    parts = [Part(5_000, "AUTRE"), Part(-1_000, sent["end_to_end_id"], reason="AC04")]
    await book((4_000, "R1"))
    await notify(Notified(parts, reference="R1"))
    assert "Le compte est fermé." in await page_of(sent)

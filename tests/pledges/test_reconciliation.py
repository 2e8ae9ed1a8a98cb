"""What each bank line turns out to be, through the real import."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shared.events.ledger import ConversionCommitted, DisbursementCommitted
from shared.events.pledges import (
    BankFeeCharged,
    BankLineEvent,
    ConversionDebited,
    DisbursementDebited,
    PaymentReceived,
    PaymentReturned,
    PaymentSuspended,
)
from shared.testing import client_for, hear, recorded


@pytest.fixture
def fates(pledges, send, statement, bank_file):
    """Import statements day after day, and return the events of all lines so far."""
    balance, day = 0, 0

    async def import_(*lines):
        nonlocal balance, day
        one = statement(lines, opening_minor=balance, day=day)
        balance, day = one[0].closing_minor, day + 1
        answer = await send(bank_file(one))
        assert answer.status_code == 200, answer.text
        return [event for event in await recorded(pledges) if isinstance(event, BankLineEvent)]

    return import_


@pytest.fixture
def state_of(pledges):
    """State, received and returned of a pledge."""

    async def read(pledge):
        async with client_for(pledges) as http:
            found = (await http.get(f"/api/pledges/pledges/{pledge['pledge_id']}")).json()
        return found["state"], found["received_minor"], found["returned_minor"]

    return read


def committed(
    end_to_end_id: str = "VIR-0001", amount_minor: int = 9000, currency: str = "EUR"
) -> DisbursementCommitted:
    """A disbursement that two persons confirmed."""
    return DisbursementCommitted(
        territory="33",
        disbursement_id=uuid4(),
        amount_minor=amount_minor,
        currency=currency,
        payee_name="Les Jardins partagés",
        payee_iban="FR1420041010050500013M02606",
        end_to_end_id=end_to_end_id,
        confirmed_by=uuid4(),
        order_hash="0" * 64,
    )


async def test_a_structured_reference_finds_its_pledge(fates, promised, movement, state_of):
    """The payment is told in the pledge's territory, with the pledge, its person and its fund."""
    pledge = await promised(amount_minor=5000, territory="64")
    (event,) = await fates(movement(5000, structured_reference=pledge["reference"]))
    assert isinstance(event, PaymentReceived)
    assert (event.territory, event.pledge_id) == ("64", UUID(pledge["pledge_id"]))
    assert (event.fund, event.matched_by) == ("fonds-commun", "structured_reference")
    assert await state_of(pledge) == ("paid", 5000, 0)


async def test_a_reference_in_free_text_finds_its_pledge(fates, promised, movement):
    """In lower case, in groups of four, with words around."""
    pledge = await promised()
    text = f"DON {pledge['reference_in_groups'].lower()} merci"
    (event,) = await fates(movement(5000, remittance_text=text))
    assert isinstance(event, PaymentReceived)
    assert event.matched_by == "free_text"


async def test_a_reference_as_end_to_end_id_finds_its_pledge(fates, promised, movement):
    """Some banks pass the reference on there only."""
    pledge = await promised()
    (event,) = await fates(movement(5000, end_to_end_id=pledge["reference"]))
    assert isinstance(event, PaymentReceived)
    assert event.matched_by == "end_to_end_id"


async def test_instalments_and_too_much_money_all_land(fates, promised, movement, state_of):
    """Every credit that names a pledge is received, below or above what was promised."""
    pledge = await promised(amount_minor=5000)
    await fates(movement(2000, structured_reference=pledge["reference"]))
    assert await state_of(pledge) == ("partially_paid", 2000, 0)
    await fates(movement(4000, structured_reference=pledge["reference"]))
    assert await state_of(pledge) == ("paid", 6000, 0)


@pytest.mark.parametrize("state", ["expired", "cancelled"])
async def test_late_money_lands_on_a_closed_pledge(pledges, fates, promised, movement, state_of, state):
    """A pledge that expired still receives."""
    pledge = await promised(amount_minor=5000)
    async with pledges.database.begin() as work:
        await work.execute(
            "update pledges set state = :state where reference = :ref", state=state, ref=pledge["reference"]
        )
    (event,) = await fates(movement(5000, structured_reference=pledge["reference"]))
    assert isinstance(event, PaymentReceived)
    assert (await state_of(pledge))[0] == "paid"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "no_reference"),
        ({"remittance_text": "RF18 5390 0754 7034"}, "unknown_reference"),
        ({"remittance_text": "RF19 5390 0754 7034"}, "mistyped_reference"),
        ({"transaction_code": "PMNT/MDOP/CHRG"}, "charge_given_back"),
        ({"return_reason": "AC04"}, "debit_came_back"),
    ],
)
async def test_a_credit_that_pays_no_pledge_is_suspended_with_its_reason(fates, movement, fields, reason):
    """What nothing explains waits, and says why."""
    (event,) = await fates(movement(1234, **fields))
    assert isinstance(event, PaymentSuspended)
    assert (event.territory, event.reason, event.direction) == ("00", reason, "CRDT")


async def test_a_credit_with_two_pledges_references_is_left_to_a_person(fates, promised, movement):
    """Nothing says how to divide it."""
    first, second = await promised(), await promised()
    (event,) = await fates(movement(9000, remittance_text=f"{first['reference']} et {second['reference']}"))
    assert isinstance(event, PaymentSuspended)
    assert event.reason == "several_pledges"


async def test_a_return_is_tied_to_its_receipt(fates, promised, movement, state_of):
    """In full, by the EndToEndId of the payment: the pledge is refunded."""
    pledge = await promised(amount_minor=5000)
    received, returned = await fates(
        movement(5000, structured_reference=pledge["reference"], end_to_end_id="E2E-1"),
        movement(-5000, end_to_end_id="E2E-1", return_reason="AC04"),
    )
    assert isinstance(returned, PaymentReturned)
    assert (returned.received_line_id, returned.reason_code) == (received.line_id, "AC04")
    assert (returned.territory, returned.pledge_id) == (received.territory, received.pledge_id)
    assert await state_of(pledge) == ("refunded", 5000, 5000)


async def test_a_return_that_the_statement_lists_before_its_payment_finds_it(fates, promised, movement):
    """Banks do not order the lines of a day."""
    pledge = await promised()
    events = await fates(
        movement(-5000, end_to_end_id="E2E-1", return_reason="AC04"),
        movement(5000, structured_reference=pledge["reference"], end_to_end_id="E2E-1"),
    )
    assert [type(event) for event in events] == [PaymentReceived, PaymentReturned]


async def test_a_partial_refund_by_reference_is_tied_to_an_earlier_receipt(
    fates, promised, movement, state_of
):
    """A debit with the pledge's reference on a later statement, without any return code."""
    pledge = await promised(amount_minor=10_000)
    await fates(movement(10_000, structured_reference=pledge["reference"]))
    *_, returned = await fates(movement(-4000, structured_reference=pledge["reference"]))
    assert isinstance(returned, PaymentReturned)
    assert await state_of(pledge) == ("partially_refunded", 10_000, 4000)


async def test_no_more_is_returned_than_was_received(fates, promised, movement, state_of):
    """What exceeds it waits in suspense, over statements too."""
    pledge = await promised()
    reference = {"structured_reference": pledge["reference"]}
    await fates(movement(5000, **reference), movement(-3000, **reference))
    *_, too_much = await fates(movement(-3000, **reference))
    assert isinstance(too_much, PaymentSuspended)
    assert too_much.reason == "return_exceeds_receipts"
    assert await state_of(pledge) == ("partially_refunded", 5000, 3000)


async def test_a_return_of_an_unknown_payment_is_suspended(fates, movement):
    """It waits for a person: nothing is taken from a pledge by guessing."""
    (event,) = await fates(movement(-1000, end_to_end_id="E2E-9", return_reason="AC04"))
    assert event.reason == "return_of_unknown_payment"


async def test_a_return_that_may_be_of_two_pledges_is_suspended(fates, promised, movement):
    """Two givers used the same EndToEndId, as standing orders do."""
    first, second = await promised(), await promised()
    *_, returned = await fates(
        movement(1000, structured_reference=first["reference"], end_to_end_id="VIREMENT"),
        movement(1000, structured_reference=second["reference"], end_to_end_id="VIREMENT"),
        movement(-1000, end_to_end_id="VIREMENT", return_reason="AC04"),
    )
    assert returned.reason == "several_payments"


@pytest.mark.parametrize("code", ["PMNT/MDOP/CHRG", "ACMT/MDOP/FEES", "PMNT/RCDT/COMM"])
async def test_a_fee_of_the_bank_is_a_fee(fates, movement, code):
    """The bank's own code tells it."""
    (event,) = await fates(movement(-250, transaction_code=code))
    assert isinstance(event, BankFeeCharged)
    assert event.territory == "00"


async def test_the_debit_of_a_confirmed_disbursement_is_recognised(pledges, fates, movement):
    """By its EndToEndId and its exact amount, in the disbursement's territory."""
    order = committed()
    await hear(pledges, order)
    (event,) = await fates(movement(-9000, end_to_end_id="VIR-0001"))
    assert isinstance(event, DisbursementDebited)
    assert (event.territory, event.disbursement_id) == ("33", order.disbursement_id)


async def test_the_debit_of_a_confirmed_conversion_is_recognised(pledges, fates, movement):
    """By its EndToEndId and its exact amount; it says which conversion, in its territory."""
    order = ConversionCommitted(
        territory="64",
        conversion_id=uuid4(),
        amount_minor=9000,
        currency="EUR",
        local_currency="X-EUSKO",
        issuer_name="Euskal Moneta",
        issuer_iban="FR1420041010050500013M02606",
        end_to_end_id="MLC-0001",
        confirmed_by=uuid4(),
        order_hash="0" * 64,
    )
    await hear(pledges, [order, committed("MLC-0002")])
    (event,) = await fates(movement(-9000, end_to_end_id="MLC-0001"))
    assert isinstance(event, ConversionDebited)
    assert (event.territory, event.conversion_id, event.end_to_end_id) == (
        "64",
        order.conversion_id,
        "MLC-0001",
    )


async def test_another_amount_than_the_order_is_suspended(pledges, fates, movement):
    """A debit pays a disbursement only when it is exact."""
    await hear(pledges, committed())
    (event,) = await fates(movement(-9001, end_to_end_id="VIR-0001"))
    assert event.reason == "amount_differs_from_order"


async def test_another_currency_than_the_order_is_suspended(pledges, fates, movement):
    """90 € do not pay an order of 9 000 F: the ledger could never post it."""
    await hear(pledges, committed(currency="XPF"))
    (event,) = await fates(movement(-9000, end_to_end_id="VIR-0001"))
    assert (event.territory, event.reason) == ("00", "currency_differs_from_order")


async def test_an_order_is_debited_once(pledges, fates, movement):
    """A second debit with its EndToEndId waits, in the same statement or later."""
    await hear(pledges, committed())
    debit = movement(-9000, end_to_end_id="VIR-0001")
    await fates(debit)
    *_, again = await fates(debit)
    assert again.reason == "order_already_debited"


async def test_an_order_heard_twice_is_expected_once(pledges, fates, movement):
    """A repeated event adds no second debit to wait for."""
    order = committed()
    await hear(pledges, [order, order])
    (event,) = await fates(movement(-9000, end_to_end_id="VIR-0001"))
    assert isinstance(event, DisbursementDebited)


async def test_any_other_debit_is_suspended(fates, movement):
    """Money that leaves without a known reason waits for a person."""
    (event,) = await fates(movement(-1000, end_to_end_id="LOYER"))
    assert (event.reason, event.direction) == ("unexpected_debit", "DBIT")


async def test_a_debit_of_ours_gives_nothing_back_by_a_name_that_a_payer_used_too(fates, promised, movement):
    """« 0001 » is a name that anybody gives: unless the bank says that it returns something, it is our own transfer."""
    pledge = await promised()
    gift = movement(5000, structured_reference=pledge["reference"], end_to_end_id="0001")
    *_, debit = await fates(gift, movement(-3000, end_to_end_id="0001"))
    assert isinstance(debit, PaymentSuspended)
    assert debit.reason == "unexpected_debit"


@pytest.mark.parametrize("code", ["PMNT/RCDT/RRTN", "PMNT/IDDT/UPDD"])
async def test_a_return_without_a_reason_is_known_by_its_transaction_code(fates, promised, movement, code):
    """Some banks say it no other way."""
    pledge = await promised()
    gift = movement(5000, structured_reference=pledge["reference"], end_to_end_id="0001")
    *_, back = await fates(gift, movement(-5000, end_to_end_id="0001", transaction_code=code))
    assert isinstance(back, PaymentReturned)


async def test_a_line_keeps_its_ids_on_another_database(
    make_service, movement, statement, bank_file, as_treasurer
):
    """Line and event ids are derived: imported anew after a loss, the ledger knows them again."""
    content = bank_file(statement([movement(1000), movement(2000)]))
    told = []
    for _ in range(2):
        service = await make_service("pledges")
        async with client_for(service) as http:
            await http.post("/api/pledges/statements", content=content, headers=as_treasurer)
        async with service.database.begin() as work:
            rows = await work.execute(
                "select event_id, payload::jsonb ->> 'line_id' from outbox_messages"
                " where payload like '%line_id%' order by position"
            )
            told.append(rows.all())
    assert told[0] == told[1]


async def test_a_line_of_each_day_has_its_own_id(fates, movement):
    """The same amount on two statements is two payments."""
    line = movement(1000)
    await fates(line)
    events = await fates(movement(1000, booked_on=line.booked_on + timedelta(days=1)))
    assert len({event.line_id for event in events}) == 2

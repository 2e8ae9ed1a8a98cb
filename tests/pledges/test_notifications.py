"""A camt.054 says what a sum in suspense is made of: it never counts twice, and what it names is allocated."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.pledges.domain.notified_matching import settle
from services.pledges.repository.notified_entries import lumps_for, waiting_entries
from shared.events.pledges import (
    BankLineEvent,
    PaymentAllocated,
    PaymentReturned,
    StatementImported,
    SuspenseCleared,
)
from shared.testing import client_for, recorded
from tests.pledges.notified import DAY, Notified, Part, notification
from tests.pledges.statements import asked_statements, plan_of

STATEMENT = UUID(int=7)


@pytest.fixture
async def desk(pledges, as_treasurer):
    """Requests as a treasurer: `await desk("POST", address, **json)`; the response."""

    async with client_for(pledges) as http:

        async def ask(method, address, **json):
            return await http.request(method, address, headers=as_treasurer, json=json or None)

        ask.http = http
        yield ask


async def lines(desk):
    """What waits, and what waited, of all lines."""
    statements = (await desk("GET", "/api/pledges/statements")).json()
    return [
        line
        for one in statements
        for line in (await desk("GET", f"/api/pledges/statements/{one['statement_id']}/lines")).json()[
            "lines"
        ]
    ]


async def received(desk, *pledges):
    return [
        (await desk("GET", f"/api/pledges/pledges/{one['pledge_id']}")).json()["received_minor"]
        for one in pledges
    ]


COUNTS = ("entry_count", "detailed_count", "already_detailed_count", "undetailed_count", "waiting_count")


def counts(imported):
    (one,) = imported["notifications"]
    return tuple(one[name] for name in COUNTS)


@pytest.mark.parametrize("first", ["statement", "notification"])
async def test_what_a_sum_is_made_of_pays_the_pledges_that_it_names(
    desk, pledges, book, notify, promised, first
):
    """In either order: by EndToEndId, by text; what names none waits on as the rest of the line."""
    one, other = await promised(5000, "64"), await promised(3000, "2A")
    parts = [
        Part(5000, one["reference"]),
        Part(3000, text=f"don {other['reference']}"),
        Part(1000, text="don"),
    ]
    entry = Notified(parts, reference="R1")
    if first == "statement":
        await book((9000, "R1"))
        imported = await notify(entry)
        assert counts(imported) == (1, 1, 0, 0, 0)
    else:
        assert counts(await notify(entry)) == (1, 0, 0, 0, 1)
        imported = await book((9000, "R1"))
    assert imported["detailed_entries"] == 1
    assert await received(desk, one, other) == [5000, 3000]
    (line,) = await lines(desk)
    assert (line["allocated_minor"], line["waiting_minor"]) == (8000, 1000)
    said = await recorded(pledges)
    allocated = [event for event in said if isinstance(event, PaymentAllocated)]
    assert {(event.territory, event.amount_minor, event.matched_by) for event in allocated} == {
        ("64", 5000, "notification"),
        ("2A", 3000, "notification"),
    }
    assert sum(event.amount_minor for event in said if isinstance(event, SuspenseCleared)) == 8000


async def test_a_notification_is_never_money(desk, pledges, notify, promised):
    """No line, no event, no statement, no alarm: it waits."""
    one = await promised(5000)
    before = len(await recorded(pledges))
    imported = await notify(Notified([Part(5000, one["reference"])], reference="R1"))
    assert (imported["statements"], imported["detailed_entries"]) == ([], 0)
    assert len(await recorded(pledges)) == before
    assert await received(desk, one) == [0]
    for address in ("statements", "suspense", "alarms"):
        assert (await desk("GET", f"/api/pledges/{address}")).json() == []


async def test_the_statement_says_what_it_said_without_the_notification(pledges, book, notify, promised):
    """Its sums and its one event for each line are the bank's."""
    one = await promised(9000)
    await notify(Notified([Part(9000, one["reference"])], reference="R1"))
    await book((9000, "R1"))
    said = await recorded(pledges)
    (whole,) = [event for event in said if isinstance(event, StatementImported)]
    assert (whole.line_count, whole.credit_minor, whole.follows_previous) == (1, 9000, True)
    assert [event.amount_minor for event in said if isinstance(event, BankLineEvent)] == [9000]


async def test_the_same_notification_twice_changes_nothing(desk, pledges, book, notify, promised):
    """It is known by its account and its id."""
    one = await promised(5000)
    entry = Notified([Part(5000, one["reference"])], reference="R1")
    await book((5000, "R1"))
    await notify(entry)
    before = len(await recorded(pledges))
    again = await notify(entry)
    assert again["notifications"][0]["status"] == "already_imported"
    assert len(await recorded(pledges)) == before
    assert await received(desk, one) == [5000]


async def test_a_notification_that_changed_is_refused(send, notify):
    """As a statement that changed is."""
    await notify(Notified([Part(5000)], reference="R1"))
    answer = await send(notification(Notified([Part(5000, text="autre")], reference="R1")))
    assert answer.status_code == 422
    assert "a déjà été importé avec un autre contenu" in answer.json()["detail"]


async def test_the_notification_of_another_account_is_refused(send):
    """Its givers are somebody else's."""
    answer = await send(notification(Notified([Part(5000)]), iban="FR1420041010050500013M02606"))
    assert answer.status_code == 422
    assert "n’est pas un compte de l’opération" in answer.json()["detail"]


async def test_what_the_statement_details_itself_is_said_to_be_known(
    desk, send, statement, bank_file, movement, notify, promised
):
    """In either order; its lines are there one by one."""
    one, other = await promised(5000), await promised(3000)
    detailed = [
        movement(pledge["amount_minor"], structured_reference=pledge["reference"], bank_reference="R1")
        for pledge in (one, other)
    ]
    header, _ = statement(detailed)
    content = bank_file(
        (header, [replace(line, entry_index=1, detail_index=n) for n, line in enumerate(detailed, 1)])
    )
    entry = Notified([Part(5000, one["reference"]), Part(3000, other["reference"])], reference="R1")
    await notify(entry, id="BEFORE")
    assert (await send(content)).json()["statements"][0]["received_count"] == 2
    assert counts(await notify(entry, id="BEFORE")) == (1, 0, 1, 0, 0)
    assert counts(await notify(entry, id="AFTER")) == (1, 0, 1, 0, 0)
    assert await received(desk, one, other) == [5000, 3000]


@pytest.mark.parametrize("order", [("A", "B", None), ("A", None, "B"), (None, "A", "B")])
async def test_of_two_notifications_for_one_line_the_second_adds_nothing(desk, book, notify, promised, order):
    """Whatever came when."""
    one = await promised(5000)
    for id in order:
        if id is None:
            await book((5000, "R1"))
        else:
            await notify(Notified([Part(5000, one["reference"])], reference="R1"), id=id)
    assert await received(desk, one) == [5000]
    again = await notify(Notified([Part(5000, one["reference"])], reference="R1"), id="B")
    assert counts(again) == (1, 0, 1, 0, 0)


async def test_without_a_reference_the_day_is_enough_when_it_is_unique(desk, book, notify, promised):
    """The same account, direction, amount and day; another day is another sum."""
    one, other = await promised(5000), await promised(5000)
    await book((5000, None), day=0)
    await book((5000, None), day=1)
    entries = [
        Notified([Part(5000, pledge["reference"])], booked_on=DAY + timedelta(days=day))
        for day, pledge in enumerate([one, other])
    ]
    assert counts(await notify(*entries)) == (2, 2, 0, 0, 0)
    by_line = {line["booked_on"]: line["line_id"] for line in await lines(desk)}
    found = (await desk("GET", f"/api/pledges/lines/{by_line['2026-11-03']}")).json()
    assert [allocation["pledge_id"] for allocation in found["allocations"]] == [other["pledge_id"]]


@pytest.mark.parametrize(
    ("sums", "entries"),
    [
        ([(5000, None), (5000, None)], [Notified([Part(5000)])]),
        ([(5000, None)], [Notified([Part(5000)]), Notified([Part(2000), Part(3000)])]),
        ([(5000, "R1")], [Notified([Part(5000)], reference="R2")]),
        ([(5000, "R1")], [Notified([Part(5000)], reference="R1", booked_on=DAY + timedelta(days=30))]),
        ([(5000, "R1")], [Notified([Part(5001)], reference="R1")]),
        ([(-5000, "R1")], [Notified([Part(5000)], reference="R1")]),
        ([(5000, None)], [Notified([Part(5000)], booked_on=None)]),
    ],
)
async def test_what_is_not_certain_is_left_to_a_person(book, notify, sums, entries):
    """Two lines, two notifications, other references, a reference used again, another amount or direction, no day."""
    await book(*sums)
    imported = await notify(*entries)
    assert (imported["detailed_entries"], counts(imported)[-1]) == (0, len(entries))


async def test_the_reference_of_the_entry_tells_two_sums_of_a_day_apart(desk, book, notify, promised):
    """Where the bank gives no other one."""
    one, other = await promised(5000), await promised(5000)
    await book((5000, "1"), (5000, "2"))
    entries = [
        Notified([Part(5000, pledge["reference"])], entry_reference=number)
        for number, pledge in (("2", one), ("1", other))
    ]
    assert counts(await notify(*entries)) == (2, 2, 0, 0, 0)
    assert await received(desk, one, other) == [5000, 5000]


async def test_a_sum_that_a_person_has_begun_to_divide_is_left_to_them(desk, book, notify, promised):
    """The same gift would count twice."""
    one = await promised(5000)
    await book((9000, "R1"))
    (line,) = await lines(desk)
    part = {"reference": one["reference"], "amount_minor": 3000}
    await desk("POST", f"/api/pledges/lines/{line['line_id']}/allocations", parts=[part], waiting_minor=9000)
    await notify(Notified([Part(3000, one["reference"]), Part(6000)], reference="R1"))
    assert await received(desk, one) == [3000]


async def test_a_sum_of_which_the_bank_kept_charges_is_left_to_a_person(desk, book, notify, promised):
    """It does not cover all that it is made of."""
    one = await promised(5000)
    await book((4900, "R1"))
    await notify(Notified([Part(5000, one["reference"]), Part(-100)], reference="R1"))
    assert await received(desk, one) == [0]
    assert (await lines(desk))[0]["waiting_minor"] == 4900


async def test_a_detail_that_names_several_pledges_is_left_to_a_person(desk, book, notify, promised):
    """And one whose transfer came back from its payee is no gift."""
    one, other = await promised(5000), await promised(3000)
    await book((8000, "R1"))
    await notify(Notified([Part(8000, text=f"{one['reference']} {other['reference']}")], reference="R1"))
    assert await received(desk, one, other) == [0, 0]


async def test_an_entry_without_details_waits_for_nothing(notify):
    """Nor does one that is not booked, or moves nothing."""
    imported = await notify(
        Notified([], amount_minor=5000), Notified([Part(5000)], status="PDNG"), Notified([Part(0)])
    )
    assert counts(imported) == (1, 0, 0, 1, 0)


async def test_a_notification_of_any_length_is_taken_chunk_by_chunk(desk, book, notify, promised):
    """The service of these tests takes four lines at a time."""
    known = [await promised(1000) for _ in range(3)]
    parts = [Part(1000, pledge["reference"]) for pledge in known] * 4
    await book((12000, "R1"), (1000, "R2"))
    assert (
        counts(await notify(Notified(parts, reference="R1"), Notified([Part(1000)], reference="R2")))[1] == 2
    )
    assert await received(desk, *known) == [4000, 4000, 4000]


async def test_the_bank_returns_one_of_the_direct_debits_of_a_remittance(
    pledges, book, notify, promised, send, statement, bank_file, movement
):
    """By the EndToEndId that only the notification told."""
    one, other = await promised(5000), await promised(3000)
    await book((8000, "R1"))
    parts = [
        Part(5000, "PRLV-1", text=one["reference"]),
        Part(3000, "PRLV-2", text=other["reference"]),
    ]
    await notify(Notified(parts, reference="R1"))
    back = movement(-3000, end_to_end_id="PRLV-2", return_reason="MD06")
    await send(bank_file(statement([back], opening_minor=8000, day=1)))
    (returned,) = [event for event in await recorded(pledges) if isinstance(event, PaymentReturned)]
    assert (str(returned.pledge_id), returned.amount_minor) == (other["pledge_id"], 3000)


async def test_a_person_and_a_notification_at_once_never_divide_more_than_came(
    desk, book, notify, send, promised
):
    """Whoever is first has the line; the other one finds it divided."""
    one, other = await promised(5000), await promised(5000)
    await book((5000, "R1"))
    (line,) = await lines(desk)
    part = {"reference": one["reference"], "amount_minor": 5000}
    address = f"/api/pledges/lines/{line['line_id']}/allocations"
    await asyncio.gather(
        notify(Notified([Part(5000, other["reference"])], reference="R1")),
        desk("POST", address, parts=[part], waiting_minor=5000),
    )
    assert sum(await received(desk, one, other)) == 5000
    assert (await lines(desk))[0]["waiting_minor"] == 0


@pytest.fixture
async def back_before_its_detail(book, notify, promised, send, statement, bank_file, movement):
    """A remittance of two, then the return of the second, then what the remittance is made of; their pledges."""
    one, other = await promised(5000), await promised(3000)
    await book((8000, "R1"))
    back = movement(-3000, end_to_end_id="PRLV-2", return_reason="AM04")
    await send(bank_file(statement([back], opening_minor=8000, day=1)))
    parts = [
        Part(5000, "PRLV-1", text=one["reference"]),
        Part(3000, "PRLV-2", text=other["reference"]),
    ]
    await notify(Notified(parts, reference="R1"))
    return one, other


async def test_a_detail_that_the_bank_returned_before_it_was_known_is_left_to_a_person(
    desk, back_before_its_detail
):
    """Its money has left: the pledge is not paid, and the page says why."""
    assert await received(desk, *back_before_its_detail) == [5000, 0]
    (line,) = [line for line in await lines(desk) if line["direction"] == "credit"]
    assert line["waiting_minor"] == 3000
    assert "La banque a repris cette part" in (await desk("GET", f"/banque/lignes/{line['line_id']}")).text


async def test_a_detail_that_went_back_is_not_allocated_by_hand(desk, back_before_its_detail):
    """Neither with its button nor as an amount of the line."""
    _, other = back_before_its_detail
    (line,) = [line for line in await lines(desk) if line["direction"] == "credit"]
    address = f"/api/pledges/lines/{line['line_id']}"
    (waiting,) = [one for one in (await desk("GET", f"{address}/details")).json()["details"] if one["reason"]]
    for path, body in (
        (f"details/{waiting['detail_id']}/allocation", {"reference": other["reference"]}),
        ("allocations", {"parts": [{"reference": other["reference"], "amount_minor": 1}]}),
    ):
        refused = await desk("POST", f"{address}/{path}", waiting_minor=3000, **body)
        assert (refused.status_code, "La banque a repris" in refused.json()["detail"]) == (422, True)


async def test_a_return_that_only_a_notification_names_counts_too(desk, book, notify, promised):
    """Rejects that the bank booked as one debit, detailed before the remittance is."""
    one = await promised(5000)
    await book((5000, "R1"))
    await book((-5000, "R2"), day=1)
    returned = Notified([Part(-5000, "PRLV-1")], reference="R2", booked_on=DAY + timedelta(days=1))
    await notify(returned, id="REJETS")
    await notify(Notified([Part(5000, "PRLV-1", text=one["reference"])], reference="R1"))
    assert await received(desk, one) == [0]


async def test_the_next_payment_with_the_same_name_is_detailed(
    desk, book, notify, promised, back_before_its_detail
):
    """Payers use an EndToEndId again: what waits of the first is what went back."""
    _, other = back_before_its_detail
    await book((3000, "R3"), day=2)
    parts = [Part(3000, "PRLV-2", text=other["reference"])]
    await notify(Notified(parts, reference="R3", booked_on=DAY + timedelta(days=2)), id="AVIS-2")
    assert await received(desk, other) == [3000]


async def test_many_equal_sums_of_one_day_are_compared_once_each(pledges):
    """Thousands of gifts that are notified one by one: rows by their number, not by its square, in no step of it."""
    many, iban = 2000, pledges.settings.account_ibans[0]
    async with pledges.database.begin() as work:
        await work.execute(
            """
            insert into statements (statement_id, iban, bank_statement_id, content_hash, file_name, norm, currency,
                opening_minor, closing_minor, opening_on, closing_on, first_booked_on, last_booked_on, line_count,
                received_count, returned_count, refunded_count, suspended_count, fee_count, disbursed_count,
                credit_minor, debit_minor, imported_at)
            values (:statement, :iban, 'LONG', '', '', 'camt.053', 'EUR', 0, 2000 * :many, :day, :day, :day, :day,
                :many, 0, 0, 0, :many, 0, 0, 2000 * :many, 0, now())
            """,
            statement=STATEMENT,
            iban=iban,
            many=2 * many,
            day=DAY,
        )
        await work.execute(
            """
            insert into bank_lines (territory, line_id, statement_id, entry_index, detail_index, fate, reason,
                direction, amount_minor, currency, booked_on, value_on)
            select '00', gen_random_uuid(), :statement, n, n % 2, 'suspended', 'no_reference', 'credit', 2000, 'EUR',
                :day, :day
            from generate_series(1, cast(:many as integer)) as n
            """,
            statement=STATEMENT,
            many=2 * many,
            day=DAY,
        )
        await work.execute(
            """
            insert into notified_entries (entry_id, notification_id, iban, entry_index, direction, amount_minor,
                booked_on, detail_count, content_hash, state, notified_at)
            select gen_random_uuid(), :statement, :iban, n, 'credit', 2000, :day, 2, n::text, 'waiting', now()
            from generate_series(1, cast(:many as integer)) as n
            """,
            statement=STATEMENT,
            iban=iban,
            many=many,
            day=DAY,
        )
        for table in ("statements", "bank_lines", "notified_entries"):
            await work.execute(f"analyze {table}")
        with asked_statements(pledges) as sent:
            waiting = await waiting_entries(work, ibans=[iban])
            lumps = await lumps_for(work, waiting)
        assert (len(waiting), len(lumps)) == (many, many)
        steps = [step for asked in sent for step in await plan_of(work, asked)]
        assert max(step["Actual Rows"] * step["Actual Loops"] for step in steps) <= 3 * many
        assert settle(waiting, lumps) == ([], [])

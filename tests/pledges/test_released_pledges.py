"""An allocation of a promise that is promised no longer is undone: the promise and the ledger say the same of it."""

from datetime import timedelta
from typing import Any

import pytest

from services.pledges.reminding import Reminding
from shared.events.hearing import heard_on_lanes
from shared.events.pledges import PaymentSuspended, PledgeExpired
from shared.testing import client_for, hear, recorded
from shared.values import today_in_france


@pytest.fixture
async def desk(pledges, as_treasurer) -> Any:
    """Send a JSON request as a treasurer; the JSON of the answer."""
    async with client_for(pledges) as http:

        async def ask(method: str, path: str, **json: Any) -> Any:
            answer = await http.request(
                method, f"/api/pledges{path}", headers=as_treasurer, json=json or None
            )
            assert answer.is_success, answer.text
            return answer.json()

        yield ask


@pytest.fixture
def allocated(pledges, desk, send, statement, bank_file, movement) -> Any:
    """A credit of unknown origin is allocated to a promise; the allocation's id."""
    day = 0

    async def make(pledge: dict[str, Any], amount_minor: int) -> str:
        nonlocal day
        day += 1
        await send(bank_file(statement([movement(amount_minor)], day=day)))
        line_id = [event for event in await recorded(pledges) if isinstance(event, PaymentSuspended)][
            -1
        ].line_id
        parts = [{"reference": pledge["reference"], "amount_minor": amount_minor}]
        answer = await desk("POST", f"/lines/{line_id}/allocations", parts=parts, waiting_minor=amount_minor)
        return str(answer["allocations"][0]["allocation_id"])

    return make


@pytest.fixture
def undo(desk) -> Any:
    """Undo an allocation in its two steps."""

    async def take_back(allocation_id: str) -> None:
        await desk("POST", f"/allocations/{allocation_id}/undoing", reason="Erreur de personne")
        await desk("POST", f"/allocations/{allocation_id}/undoing/confirmation")

    return take_back


@pytest.fixture
def expire(pledges, desk) -> Any:
    """A promise expires as a round of reminders lets it."""

    async def let_go(pledge: dict[str, Any]) -> None:
        long_after = today_in_france() + timedelta(days=300)
        await Reminding(pledges.settings).round(pledges.database, today=long_after)
        assert (await desk("GET", f"/pledges/{pledge['pledge_id']}"))["state"] == "expired"

    return let_go


@pytest.fixture
def promised_in_books(pledges, make_service) -> Any:
    """What the ledger counts as promised after it heard all that pledges said, in cents."""

    async def read() -> int:
        ledger = await make_service("ledger")
        heard = [event for event in await recorded(pledges) if isinstance(event, heard_on_lanes("ledger"))]
        await hear(ledger, heard)
        async with ledger.database.begin() as work:
            found = await work.execute(
                "select coalesce(sum(amount_minor), 0)::bigint from balances where account = '802100'"
            )
            total: int = found.scalar()
        return total

    return read


@pytest.fixture
def cancel(desk) -> Any:
    """Cancel a promise."""

    async def release(pledge: dict[str, Any]) -> None:
        await desk("POST", f"/pledges/{pledge['pledge_id']}/cancellation")

    return release


@pytest.fixture
def stands(desk) -> Any:
    """State, what is kept, and what is in force of a promise, in cents."""

    async def read(pledge: dict[str, Any]) -> tuple[str, int, int]:
        found = await desk("GET", f"/pledges/{pledge['pledge_id']}")
        kept_minor = found["received_minor"] - found["returned_minor"]
        return found["state"], kept_minor, found["amount_minor"] - found["released_minor"]

    return read


async def test_a_cancelled_promise_that_loses_what_it_kept_is_promised_no_longer(
    promised, allocated, cancel, undo, stands, promised_in_books
) -> None:
    """Cancelled still; nothing of it is left in "promised"."""
    one = await promised(9_000)
    allocation = await allocated(one, 4_000)
    await cancel(one)
    assert await stands(one) == ("cancelled", 4_000, 4_000)
    await undo(allocation)
    assert await stands(one) == ("cancelled", 0, 0)
    assert await promised_in_books() == 0


async def test_a_cancelled_promise_that_keeps_a_part_stays_cancelled(
    promised, allocated, cancel, undo, stands, promised_in_books
) -> None:
    """What it still keeps is what is promised."""
    one = await promised(9_000)
    await allocated(one, 1_000)
    allocation = await allocated(one, 4_000)
    await cancel(one)
    await undo(allocation)
    assert await stands(one) == ("cancelled", 1_000, 1_000)
    assert await promised_in_books() == 1_000


async def test_an_expired_promise_that_loses_what_it_kept_has_expired_still(
    pledges, promised, allocated, expire, undo, stands, promised_in_books
) -> None:
    """It was not cancelled; its saver gets no second letter of its expiry."""
    one = await promised(9_000)
    allocation = await allocated(one, 4_000)
    await expire(one)
    await undo(allocation)
    assert await stands(one) == ("expired", 0, 0)
    assert await promised_in_books() == 0
    assert len([event for event in await recorded(pledges) if isinstance(event, PledgeExpired)]) == 1


async def test_late_money_that_was_anothers_releases_nothing_more(
    promised, allocated, expire, undo, stands, promised_in_books
) -> None:
    """It never raised what is promised."""
    one = await promised(9_000)
    await allocated(one, 4_000)
    await expire(one)
    late = await allocated(one, 2_000)
    assert await stands(one) == ("partially_paid", 6_000, 4_000)
    await undo(late)
    assert await stands(one) == ("expired", 4_000, 4_000)
    assert await promised_in_books() == 4_000


async def test_a_promise_taken_up_again_is_promised_whole_when_an_allocation_is_undone(
    pledges, desk, promised, allocated, cancel, undo, stands, promised_in_books
) -> None:
    """It is no released one any more."""
    one = await promised(9_000)
    allocation = await allocated(one, 4_000)
    await cancel(one)
    terms = {"kind": "once", "due_on": f"{today_in_france()}"}
    await desk("PUT", f"/pledges/{one['pledge_id']}/terms", amount_minor=9_000, terms=terms)
    await undo(allocation)
    assert await stands(one) == ("pledged", 0, 9_000)
    assert await promised_in_books() == 9_000

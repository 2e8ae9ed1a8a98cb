"""Mutated bank files sent to the real service: each is in whole, or nothing of it is."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.events.pledges import BankLineEvent, PaymentReceived, StatementImported
from shared.runtime import Service
from shared.testing import recorded
from tests.fuzzing import fuzzed
from tests.pledges.formats.mutated_camt import mutated_files

TABLES = (
    "statements",
    "bank_lines",
    "pledges",
    "gap_alarms",
    "expected_debits",
    "bank_notifications",
    "notified_entries",
    "notified_details",
    "outbox_messages",
)


async def contents(pledges: Service) -> list[Any]:
    """A digest of everything that an import may touch."""
    digest = "select count(*), md5(string_agg(one::text, '' order by one::text)) from"
    async with pledges.database.begin() as work:
        return [(await work.execute(f"{digest} {table} one")).one() for table in TABLES]


def signed(event: BankLineEvent) -> int:
    is_credit = isinstance(event, PaymentReceived) or getattr(event, "direction", None) == "CRDT"
    return event.amount_minor if is_credit else -event.amount_minor


@fuzzed(60)
@given(data=st.data())
async def test_a_mutated_file_is_in_whole_or_changes_nothing(pledges, send, data: st.DataObject) -> None:
    """Refused is a French sentence and the same database; accepted, its events lead from opening to closing."""
    before, said_before = await contents(pledges), len(await recorded(pledges))
    answer = await send(data.draw(mutated_files()))
    if answer.status_code != 200:
        assert answer.status_code in (413, 422), answer.text
        assert answer.json()["detail"].endswith(".")
        assert await contents(pledges) == before
        return
    said = (await recorded(pledges))[said_before:]
    new = {one["statement_id"] for one in answer.json()["statements"] if one["status"] == "imported"}
    whole = [event for event in said if isinstance(event, StatementImported)]
    assert {str(one.statement_id) for one in whole} == new
    for one in whole:
        lines = [
            event
            for event in said
            if isinstance(event, BankLineEvent) and event.statement_id == one.statement_id
        ]
        assert len(lines) == one.line_count
        assert one.opening_minor + sum(map(signed, lines)) == one.closing_minor

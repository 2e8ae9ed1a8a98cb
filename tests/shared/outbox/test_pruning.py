"""Pruning: what cannot come again is forgotten, and nothing else."""

from uuid import uuid4

import pytest

from shared.outbox import pruning
from shared.outbox.pruning import KEEP_HEARD_DAYS, KEEP_PUBLISHED_DAYS, prune_inbox, prune_outbox
from tests.shared.listening import a_payment


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch) -> None:
    monkeypatch.setattr(pruning, "ROWS_AT_ONCE", 3)
    monkeypatch.setattr(pruning, "BLOCKS_AT_ONCE", 1)
    monkeypatch.setattr(pruning, "BETWEEN_SECONDS", 0)


async def test_the_outbox_forgets_what_was_published_long_ago(outbox) -> None:
    """Several turns of it; what still waits stays, however old it is, and what is younger stays for a resend."""
    async with outbox.begin() as work:
        for _ in range(12):
            work.record(a_payment())
    async with outbox.begin() as work:
        first = (await work.execute("select min(position) from outbox_messages")).scalar()
        await work.execute(
            "update outbox_messages set recorded_at = now() - interval '30 days', published_at ="
            " case when position = :first then null"
            "  else now() - make_interval(days => :days, hours => case when position < :first + 9 then 1 else -1 end)"
            " end",
            first=first,
            days=KEEP_PUBLISHED_DAYS,
        )
    await prune_outbox(outbox)
    async with outbox.begin() as work:
        left = (
            await work.execute("select position - :first from outbox_messages order by 1", first=first)
        ).scalars()
        assert list(left) == [0, 9, 10, 11]


async def test_the_inbox_forgets_what_no_stream_and_no_outbox_holds(outbox) -> None:
    """In all of its blocks."""
    async with outbox.begin() as work:
        for age in (KEEP_HEARD_DAYS + 1, KEEP_HEARD_DAYS - 1):
            await work.execute(
                "insert into inbox_messages (event_id, territory, heard_at)"
                " select gen_random_uuid(), '64', now() - make_interval(days => :age) from generate_series(1, 500)",
                age=age,
            )
        await work.execute("insert into inbox_messages (event_id, territory) values (:id, '64')", id=uuid4())
    await prune_inbox(outbox)
    async with outbox.begin() as work:
        assert (await work.execute("select count(*) from inbox_messages")).scalar() == 501

"""Sends again what was published: for a broker that was put back from an older copy, or where doubt remains.

A stream that is made anew is refilled by the relay without being asked (`shared.outbox.relay`). Consumers' inboxes
make every repetition harmless.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.database import Work
from shared.outbox.pruning import SEND_AGAIN_DAYS


@dataclass(frozen=True, slots=True)
class SentAgain:
    """How many messages are to be published again, how many of them no broker took before, and how many published
    messages are so old that an inbox may have forgotten them: those stay."""

    messages: int
    refused: int
    too_old: int


_MARK = """
    update outbox_messages
    set published_at = null, resent = coalesce(resent, 0) + 1,
        first_published_at = coalesce(first_published_at, published_at)
    where published_at >= :since
      and coalesce(first_published_at, published_at) > now() - make_interval(days => :days)
      and (cardinality(cast(:lanes as text[])) = 0 or lane = any(cast(:lanes as text[])))
"""
_COUNT_OLD = """
    select count(*) from outbox_messages
    where published_at >= :since
      and coalesce(first_published_at, published_at) <= now() - make_interval(days => :days)
      and (cardinality(cast(:lanes as text[])) = 0 or lane = any(cast(:lanes as text[])))
"""
_TAKE_BACK = """
    with refused as (
        delete from refused_messages
        where cardinality(cast(:lanes as text[])) = 0
           or case when subject like 'personal.%' then 'PERSONAL' else territory end = any(cast(:lanes as text[]))
        returning position, event_id, territory, subject, headers, payload, recorded_at
    )
    insert into outbox_messages (position, event_id, territory, subject, headers, payload, recorded_at)
    overriding system value select * from refused
"""


async def send_again(work: Work, *, since: datetime, lanes: Sequence[str]) -> SentAgain:
    """Have the relay publish again what was published since a time, of some lanes or (none named) of all.

    All in one transaction: the relay finds the oldest first, so that each key keeps its order. What was refused
    is tried again too, in its place.
    """
    # A week of a large service is millions of rows.
    await work.execute("set local statement_timeout = '10min'")
    which = {"lanes": list(lanes), "since": since, "days": SEND_AGAIN_DAYS}
    old = await work.execute(_COUNT_OLD, **which)
    marked = await work.execute(_MARK, **which)
    taken_back = await work.execute(_TAKE_BACK, lanes=list(lanes))
    work.has_recorded = True  # so that the relay of this process is woken by the commit
    return SentAgain(messages=marked.rowcount, refused=taken_back.rowcount, too_old=old.scalar())

"""The outbox as its relay reads and marks it, on a connection of its own: no flood of requests stands before it.

Each statement is a transaction by itself, and whatever changes rows checks that the relay still has its lease.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from sys import intern

from shared.database import Database
from shared.database.own_connection import OwnConnection
from shared.outbox.pruning import SEND_AGAIN_DAYS
from shared.outbox.publish import LARGEST_BATCH, Outgoing
from shared.outbox.wire import Unpublishable

RESOURCE = "relay"
"""The lease of a service's relay."""

READ_OF_A_LANE = LARGEST_BATCH
"""A lane that has a queue is read for a whole batch at a time: the broker's work for a batch costs as much as some
200 messages (measured), and shared out evenly over all lanes its batches were small. Times
`LARGEST_EVENT_BYTES` it stays below the gigabyte that a row of the database may have."""

LONG_LANES_AT_ONCE = 16
"""Such lanes take turns: enough for the broker never to wait, and no more than a round's memory (some 35 MB)."""

FEW_OF_A_LANE = 100
"""A lane that has no more than this waiting is no queue: all of it goes in every round, whoever's turn it is."""

STATEMENT_SECONDS = 600
"""Refilling a lost broker marks millions of rows in one statement, so that all of a lane is sent in order."""

_ORDERED = {"enable_bitmapscan": "off", "enable_sort": "off"}
"""The planner takes the index for a few rows and the queue for short: it would sort a million to take a thousand."""

_READ = """
    with recursive pending(lane) as (
        (select lane from outbox_messages where published_at is null order by lane limit 1)
        union all
        select (select lane from outbox_messages
                where published_at is null and lane > pending.lane order by lane limit 1)
        from pending where pending.lane is not null
    ),
    standing as materialized (
        select pending.lane, coalesce(held.messages, 0) as held, (
            select position from outbox_messages
            where published_at is null and lane = pending.lane order by position
            offset coalesce(held.messages, 0) + :few limit 1
        ) is not null as is_long
        from pending
        left join unnest(cast(:lanes as text[]), cast(:counts as bigint[])) as held(lane, messages)
            on held.lane = pending.lane
        where pending.lane = any(cast(:open as text[]))
    ),
    turns as (
        select lane, held, is_long,
            row_number() over (partition by is_long order by lane <= cast(:after as text), lane) as turn
        from standing
    )
    select turns.lane, case when turns.is_long then turns.turn end, messages.*
    from turns
    cross join lateral (
        select array_agg(position), array_agg(subject), array_agg(headers), array_agg(payload), array_agg(resent)
        from (
            select position, subject, headers, payload, resent from outbox_messages
            where published_at is null and lane = turns.lane order by position
            offset turns.held limit case when turns.is_long then :of_a_lane else :few end
        ) as message
        having count(*) > 0
    ) as messages
    where not turns.is_long or turns.turn <= :long_lanes
"""
"""The first step from lane to lane jumps along the index. Lanes that have a queue take turns, beginning after the one
that came last in the round before. One row for each lane, its messages in arrays: a row for each message costs the
driver 5 µs more. Not sorted here: 16 MB of messages would go to disk for it."""

_MARK = """
    update outbox_messages set published_at = clock_timestamp()
    where position = any(cast(:positions as bigint[]))
      and exists (select 1 from leases where resource = 'relay' and epoch = :epoch)
"""

_SET_ASIDE = """
    with gone as (
        delete from outbox_messages where position = :position
        and exists (select 1 from leases where resource = 'relay' and epoch = :epoch)
        returning position, event_id, territory, subject, headers, payload, recorded_at
    )
    insert into refused_messages
        (position, event_id, territory, subject, headers, payload, recorded_at, reason)
    select gone.*, :reason from gone
"""

_SEND_AGAIN = """
    update outbox_messages
    set published_at = null, resent = coalesce(resent, 0) + 1,
        first_published_at = coalesce(first_published_at, published_at)
    where published_at is not null and lane = any(cast(:lanes as text[]))
      and coalesce(first_published_at, published_at) > now() - make_interval(days => :days)
      and exists (select 1 from leases where resource = 'relay' and epoch = :epoch)
"""

_KNOW = """
    insert into published_streams (lane, made_at)
    select lane, made_at from unnest(cast(:lanes as text[]), cast(:made as text[])) as met(lane, made_at)
    where exists (select 1 from leases where resource = 'relay' and epoch = :epoch)
    on conflict (lane) do update set made_at = excluded.made_at
"""


class OutboxMessages:
    """The outbox of one service. `epoch` is always the relay's own."""

    def __init__(self, *, database: Database) -> None:
        self._connection = OwnConnection(
            database=database,
            purpose="relay",
            settings={**_ORDERED, "statement_timeout": f"{STATEMENT_SECONDS}s"},
        )
        self._last_turn = ""

    async def close(self) -> None:
        await self._connection.close()

    async def read(
        self, *, open: Sequence[str], held: Mapping[str, int], long_lanes: int
    ) -> dict[str, list[Outgoing]]:
        """Unpublished messages of open lanes, in order, after those that are `held` already.

        Of lanes without a queue all of them; of the others a batch, of `long_lanes` whose turn it is.
        """
        found = await self._connection.rows(
            _READ,
            open=list(open),
            lanes=list(held),
            counts=list(held.values()),
            of_a_lane=READ_OF_A_LANE,
            few=FEW_OF_A_LANE,
            long_lanes=long_lanes,
            after=self._last_turn,
        )
        rows, by_lane, last_turn = deque(found), dict[str, list[Outgoing]](), 0
        del found
        while rows:  # each goes when its messages are made: a round has up to 16 MB
            lane, turn, *columns = rows.popleft()
            if turn is not None and turn > last_turn:
                last_turn, self._last_turn = turn, lane
            by_lane[lane] = sorted(map(_outgoing, *columns))
        return by_lane

    async def mark(self, positions: Sequence[int], *, epoch: int) -> int:
        """Note that messages are stored. Returns how many; none when another relay has the lease."""
        return await self._connection.change(_MARK, positions=list(positions), epoch=epoch)

    async def set_aside(self, refused: Unpublishable, *, epoch: int) -> None:
        """Take a message out of its lane's way; it is kept in `refused_messages` with the reason."""
        await self._connection.rows(_SET_ASIDE, position=refused.position, reason=refused.reason, epoch=epoch)

    async def known_streams(self) -> dict[str, str]:
        """When each lane's stream was made, as far as this service has published to it."""
        rows = await self._connection.rows("select lane, made_at from published_streams")
        return dict(rows)

    async def meet(self, made_at: Mapping[str, str], *, epoch: int) -> None:
        """Remember the streams of lanes."""
        await self._connection.rows(_KNOW, lanes=list(made_at), made=list(made_at.values()), epoch=epoch)

    async def send_again(self, lanes: Sequence[str], *, epoch: int) -> int:
        """Mark all that is kept of lanes to be published again, in one statement: the oldest goes first.

        Returns how many messages that is.
        """
        return await self._connection.change(
            _SEND_AGAIN, lanes=list(lanes), days=SEND_AGAIN_DAYS, epoch=epoch
        )


def _outgoing(position: int, subject: str, headers: str, payload: str, resent: int | None) -> Outgoing:
    if resent:  # another Nats-Msg-Id, the last line: what the broker still has must not refuse the batch
        headers = f"{headers[:-2]}#{resent}\r\n"
    return Outgoing(position, intern(subject), headers, payload.encode())  # a lane has a handful of subjects

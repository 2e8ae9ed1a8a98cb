"""Opens a territory's books: its chain, locked until the transaction ends, and what a batch must know of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.ledger.domain.chain import GENESIS
from services.ledger.domain.sharing import Policy
from shared.database import Work


class EventChanged(Exception):
    """An event came back under the same id with another content: the first one stays, this one is refused."""


@dataclass
class Chain:
    """A territory's chain, locked by the transaction that holds it."""

    territory: str
    seq: int
    hash: bytes
    entry_numbers: dict[str, int]
    share_remainders: dict[str, int]
    closed_through: date | None = None


@dataclass
class Books:
    """A chain, with the local-currency policies that can be in force there (its own and the national ones), and
    which of the events that were asked for are posted already."""

    chain: Chain
    policies: list[Policy] = field(default_factory=list)
    known: Collection[UUID] = ()


async def lock_chain(work: Work, territory: str) -> Chain:
    """Lock a territory's books until the transaction ends; the first call makes their first row."""
    return (await open_books(work, territory, {})).chain


async def open_books(work: Work, territory: str, hashes: Mapping[UUID, bytes]) -> Books:
    """Lock a territory's books, in one exchange with all that is read of them before events are posted.

    The policies are those of the moment at which the lock was asked for.

    `hashes` are the events' payload hashes by event. Raises EventChanged when one is posted with another content.
    """
    rows = await _lock(work, territory, list(hashes))
    if not rows:
        await work.execute(
            "insert into chains (territory, hash, closed_through)"
            " select :territory, :genesis, max(closed_through) from closings on conflict do nothing",
            territory=territory,
            genesis=GENESIS,
        )
        rows = await _lock(work, territory, list(hashes))
    first = rows[0]
    return Books(
        chain=Chain(
            territory,
            first.seq,
            first.hash,
            first.entry_numbers,
            first.share_remainders,
            first.closed_through,
        ),
        policies=[
            Policy(row.policy_id, row.valid_in, row.basis_points, row.effective_on)
            for row in rows
            if row.policy_id is not None
        ],
        known=await known_events(work, hashes) if first.known else (),
    )


async def _lock(work: Work, territory: str, event_ids: list[UUID]) -> Sequence[Any]:
    """The chain, once for each policy, or once without any.

    Events are looked for one by one, the first in the order of their index: otherwise the planner, while it knows
    nothing of a new journal, takes an id for many entries, hopes to find one soon and reads all of it.
    """
    found = await work.execute(
        """
        select c.seq, c.hash, c.entry_numbers, c.share_remainders, c.closed_through,
            p.policy_id, p.territory as valid_in, p.basis_points, p.effective_on,
            (select count(*) from unnest(cast(:ids as uuid[])) as given(id) cross join lateral (
                select from journal_entries where event_id = given.id order by event_id, journal limit 1
            ) as found) as known
        from chains c left join local_currency_policies p on p.territory in (c.territory, '00')
        where c.territory = :territory for update of c
        """,
        territory=territory,
        ids=event_ids,
    )
    rows: Sequence[Any] = found.all()
    return rows


async def known_events(work: Work, hashes: Mapping[UUID, bytes]) -> set[UUID]:
    """Which events are in the journal already. Raises EventChanged when one says something else now."""
    found = await work.execute(
        "select event_id, payload_hash from journal_entries where event_id = any(cast(:ids as uuid[]))",
        ids=list(hashes),
    )
    known = set()
    for event_id, payload_hash in found:
        if payload_hash != hashes[event_id]:
            raise EventChanged(f"event {event_id} is posted already with another content")
        known.add(event_id)
    return known

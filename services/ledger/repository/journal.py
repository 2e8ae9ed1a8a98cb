"""Appends drafts to a territory's journal: numbers, chain, lines, bank tallies, balances.

One call is one territory and a few statements, whatever the number of drafts. The chain's row is locked first
and serves as the territory's lock; balances come last, so that their locks are held for the shortest time.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.ledger.domain.chain import GENESIS, canonical_entry, next_hash
from services.ledger.domain.entries import Draft
from shared.database import Work

_ENTRY_COLUMNS = (
    "territory", "seq", "event_id", "journal", "entry_number", "entry_on", "value_on", "document", "label",
    "payload_hash", "statement_id", "line_id", "recorded_at", "hash", "policy_id",
)  # fmt: skip
_LINE_COLUMNS = ("territory", "seq", "line", "account", "amount_minor", "fund", "currency", "instrument")


class EventChanged(Exception):
    """An event came back under the same id with another content: the first one stays, this one is refused."""


@dataclass
class Chain:
    """A territory's chain, locked by the transaction that holds it."""

    territory: str
    seq: int
    hash: bytes
    entry_numbers: dict[str, int]
    share_remainder: int


async def lock_chain(work: Work, territory: str) -> Chain:
    """Lock a territory's books until the transaction ends; the first call makes their first row."""
    for _ in range(2):
        found = await work.execute(
            "select seq, hash, entry_numbers, share_remainder from chains where territory = :territory for update",
            territory=territory,
        )
        row = found.first()
        if row is not None:
            return Chain(territory, row.seq, row.hash, row.entry_numbers, row.share_remainder)
        await work.execute(
            "insert into chains (territory, hash) values (:territory, :genesis) on conflict do nothing",
            territory=territory,
            genesis=GENESIS,
        )
    raise RuntimeError(f"the chain of {territory} cannot be made")


async def known_events(work: Work, event_ids: Sequence[UUID], hashes: dict[UUID, bytes]) -> set[UUID]:
    """Which events are in the journal already. Raises EventChanged when one says something else now."""
    found = await work.execute(
        "select event_id, payload_hash from journal_entries where event_id = any(cast(:ids as uuid[]))",
        ids=list(event_ids),
    )
    known = set()
    for event_id, payload_hash in found:
        if payload_hash != hashes[event_id]:
            raise EventChanged(f"event {event_id} is posted already with another content")
        known.add(event_id)
    return known


async def append(work: Work, chain: Chain, drafts: Sequence[Draft]) -> None:
    """Post drafts at the end of a locked chain, in order, and write the chain's new head."""
    if drafts:
        entries, lines = _chained(chain, drafts, recorded_at=work.now)
        await work.copy("journal_entries", _ENTRY_COLUMNS, entries)
        await work.copy("entry_lines", _LINE_COLUMNS, lines)
    await _write_sums(work, chain, tallies=_tallies(drafts), deltas=_deltas(drafts))


def _chained(
    chain: Chain, drafts: Sequence[Draft], *, recorded_at: Any
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Number and hash the drafts; returns the rows of both tables and moves `chain` on."""
    entries: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    for draft in drafts:
        draft.check()
        chain.seq += 1
        number = chain.entry_numbers.get(draft.journal, 0) + 1
        chain.entry_numbers[draft.journal] = number
        proof = draft.proof
        statement_id, line_id = (proof.statement_id, proof.line_id) if proof else (None, None)
        chain.hash = next_hash(
            chain.hash,
            canonical_entry(
                territory=chain.territory,
                seq=chain.seq,
                event_id=draft.event_id,
                journal=draft.journal,
                entry_number=number,
                entry_on=draft.entry_on,
                value_on=draft.value_on,
                document=draft.document,
                label=draft.label,
                payload_hash=draft.payload_hash,
                statement_id=statement_id,
                line_id=line_id,
                recorded_at=recorded_at,
                lines=draft.lines,
            ),
        )
        entries.append(
            (
                chain.territory,
                chain.seq,
                draft.event_id,
                str(draft.journal),
                number,
                draft.entry_on,
                draft.value_on,
                draft.document,
                draft.label,
                draft.payload_hash,
                statement_id,
                line_id,
                recorded_at,
                chain.hash,
                draft.policy_id,
            )
        )
        for position, line in enumerate(draft.lines, start=1):
            lines.append((chain.territory, chain.seq, position, *line))
    return entries, lines


def _tallies(drafts: Sequence[Draft]) -> Mapping[UUID, list[int]]:
    """Lines, credits and debits of each statement: the proof compares them with what was announced."""
    tallies: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    for draft in drafts:
        if draft.proof is not None:
            tally = tallies[draft.proof.statement_id]
            tally[0] += 1
            tally[1 if draft.proof.movement_minor > 0 else 2] += abs(draft.proof.movement_minor)
    return tallies


def _deltas(drafts: Sequence[Draft]) -> Mapping[tuple[str, str, str], int]:
    """What the drafts add to each fund, account and currency."""
    deltas: dict[tuple[str, str, str], int] = defaultdict(int)
    for draft in drafts:
        for line in draft.lines:
            deltas[line.fund, line.account, line.currency] += line.amount_minor
    return deltas


async def _write_sums(
    work: Work, chain: Chain, *, tallies: Mapping[UUID, list[int]], deltas: Mapping[tuple[str, str, str], int]
) -> None:
    """Write the chain's head, and add to tallies and balances: one exchange with the database for the three."""
    keys = sorted(deltas)
    await work.execute(
        """
        with head as (
            update chains set seq = :seq, hash = :hash, entry_numbers = cast(:numbers as jsonb),
                share_remainder = :remainder where territory = :territory
        ), tallied as (
            insert into statement_tallies as t (territory, statement_id, line_count, credit_minor, debit_minor)
            select :territory, * from unnest(
                cast(:statements as uuid[]), cast(:counts as integer[]), cast(:credits as bigint[]),
                cast(:debits as bigint[])
            )
            on conflict (statement_id, territory) do update set line_count = t.line_count + excluded.line_count,
                credit_minor = t.credit_minor + excluded.credit_minor,
                debit_minor = t.debit_minor + excluded.debit_minor
        )
        insert into balances as b (territory, fund, account, currency, amount_minor)
        select :territory, * from unnest(
            cast(:funds as text[]), cast(:accounts as text[]), cast(:currencies as text[]),
            cast(:amounts as bigint[])
        )
        on conflict (territory, fund, account, currency) do update
            set amount_minor = b.amount_minor + excluded.amount_minor
        """,
        territory=chain.territory,
        seq=chain.seq,
        hash=chain.hash,
        numbers=json.dumps(chain.entry_numbers),
        remainder=chain.share_remainder,
        statements=list(tallies),
        counts=[tally[0] for tally in tallies.values()],
        credits=[tally[1] for tally in tallies.values()],
        debits=[tally[2] for tally in tallies.values()],
        funds=[fund for fund, _, _ in keys],
        accounts=[account for _, account, _ in keys],
        currencies=[currency for _, _, currency in keys],
        amounts=[deltas[key] for key in keys],
    )

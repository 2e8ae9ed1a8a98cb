"""Appends drafts to a territory's journal: numbers, chain, lines, bank tallies, balances.

One call is one territory and at most three statements, whatever the number of drafts. The chain's row is locked
before (`books`) and serves as the territory's lock.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.ledger.domain.chain import canonical_entry, next_hash
from services.ledger.domain.entries import Draft
from services.ledger.repository.books import Chain
from shared.database import Work
from shared.database.columns import columns_of, insert_of_columns
from shared.database.copying import FEW

_ENTRY = {
    "territory": "text", "seq": "bigint", "event_id": "uuid", "journal": "text", "entry_number": "bigint",
    "entry_on": "date", "value_on": "date", "document": "text", "label": "text", "payload_hash": "bytea",
    "statement_id": "uuid", "line_id": "uuid", "recorded_at": "timestamptz", "hash": "bytea", "policy_id": "uuid",
}  # fmt: skip
_LINE = {
    "territory": "text", "seq": "bigint", "line": "smallint", "account": "text", "amount_minor": "bigint",
    "fund": "text", "currency": "text", "instrument": "text",
}  # fmt: skip
_SUMS = """
    head as (
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
        cast(:funds as text[]), cast(:accounts as text[]), cast(:currencies as text[]), cast(:amounts as bigint[])
    )
    on conflict (territory, fund, account, currency) do update
        set amount_minor = b.amount_minor + excluded.amount_minor
"""
_WRITE_SUMS = f"with {_SUMS}"
_WRITE_ALL = (
    f"with entries as ({insert_of_columns('journal_entries', _ENTRY)}),"
    f" lines as ({insert_of_columns('entry_lines', _LINE)}), {_SUMS}"
)


async def append(work: Work, chain: Chain, drafts: Sequence[Draft]) -> None:
    """Post drafts at the end of a locked chain, in order, and write the chain's new head.

    A few are written in one exchange with the database, for which a lone event waits; more go by COPY.
    """
    entries, lines = _chained(chain, drafts, recorded_at=work.now)
    sums = _sums(chain, tallies=_tallies(drafts), deltas=_deltas(drafts))
    if 0 < len(drafts) <= FEW:
        await work.execute(
            _WRITE_ALL,
            **columns_of("journal_entries", _ENTRY, entries),
            **columns_of("entry_lines", _LINE, lines),
            **sums,
        )
        return
    await work.copy("journal_entries", tuple(_ENTRY), entries)
    await work.copy("entry_lines", tuple(_LINE), lines)
    await work.execute(_WRITE_SUMS, **sums)


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


def _sums(
    chain: Chain, *, tallies: Mapping[UUID, list[int]], deltas: Mapping[tuple[str, str, str], int]
) -> dict[str, Any]:
    """The chain's head, and what is added to tallies and balances, as parameters of `_SUMS`."""
    keys = sorted(deltas)
    return {
        "territory": chain.territory,
        "seq": chain.seq,
        "hash": chain.hash,
        "numbers": json.dumps(chain.entry_numbers),
        "remainder": chain.share_remainder,
        "statements": list(tallies),
        "counts": [tally[0] for tally in tallies.values()],
        "credits": [tally[1] for tally in tallies.values()],
        "debits": [tally[2] for tally in tallies.values()],
        "funds": [fund for fund, _, _ in keys],
        "accounts": [account for _, account, _ in keys],
        "currencies": [currency for _, _, currency in keys],
        "amounts": [deltas[key] for key in keys],
    }

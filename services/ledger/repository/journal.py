"""Appends drafts to a territory's journal: numbers, chain, lines, bank tallies, daily movements, balances.

One call is one territory and at most three statements, whatever the number of drafts. The chain's row is locked
before (`books`) and serves as the territory's lock.
"""

import json
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.ledger.domain.chain import canonical_entry, next_hash
from services.ledger.domain.chart import BANK, POSTED
from services.ledger.domain.closing import open_day
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
            share_remainders = cast(:remainders as jsonb) where territory = :territory
    ), tallied as (
        insert into statement_tallies as t (territory, statement_id, currency, line_count, credit_minor,
            debit_minor)
        select :territory, * from unnest(
            cast(:statements as uuid[]), cast(:statement_currencies as text[]), cast(:counts as integer[]),
            cast(:credits as bigint[]), cast(:debits as bigint[])
        )
        on conflict (statement_id, territory, currency) do update set line_count = t.line_count + excluded.line_count,
            credit_minor = t.credit_minor + excluded.credit_minor,
            debit_minor = t.debit_minor + excluded.debit_minor
    ), moved as (
        insert into daily_movements as m (territory, entry_on, account, fund, instrument, currency, debit_minor,
            credit_minor)
        select :territory, * from unnest(
            cast(:days as date[]), cast(:day_accounts as text[]), cast(:day_funds as text[]),
            cast(:day_instruments as text[]), cast(:day_currencies as text[]), cast(:day_debits as bigint[]),
            cast(:day_credits as bigint[])
        )
        on conflict (territory, entry_on, account, fund, instrument, currency) do update
            set debit_minor = m.debit_minor + excluded.debit_minor,
                credit_minor = m.credit_minor + excluded.credit_minor
    )
    insert into balances as b (territory, account, fund, instrument, currency, amount_minor)
    select :territory, * from unnest(
        cast(:accounts as text[]), cast(:funds as text[]), cast(:instruments as text[]),
        cast(:currencies as text[]), cast(:amounts as bigint[])
    )
    on conflict (territory, account, fund, instrument, currency) do update
        set amount_minor = b.amount_minor + excluded.amount_minor
"""
_WRITE_SUMS = f"with {_SUMS}"
_WRITE_ALL = (
    f"with entries as ({insert_of_columns('journal_entries', _ENTRY)}),"
    f" lines as ({insert_of_columns('entry_lines', _LINE)}), {_SUMS}"
)


async def append(
    work: Work, chain: Chain, drafts: Sequence[Draft], *, accounts: Container[str] = POSTED
) -> None:
    """Post drafts at the end of a locked chain, in order, and write the chain's new head.

    A few are written in one exchange with the database, for which a lone event waits; more go by COPY.
    `accounts` are those that they may name: the flows' own, unless somebody typed them.
    """
    if chain.closed_through is not None:
        drafts = [_on_open_day(draft, chain.closed_through) for draft in drafts]
    entries, lines = _chained(chain, drafts, accounts=accounts, recorded_at=work.now)
    sums = _sums(chain, tallies=_tallies(drafts), movements=_movements(drafts))
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


def _on_open_day(draft: Draft, closed_through: date) -> Draft:
    """What comes late keeps its value date, and is posted on the first open day."""
    return draft._replace(entry_on=open_day(draft.entry_on, closed_through))


def _chained(
    chain: Chain, drafts: Sequence[Draft], *, accounts: Container[str], recorded_at: Any
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Number and hash the drafts; returns the rows of both tables and moves `chain` on."""
    entries: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    for draft in drafts:
        draft.check(accounts)
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


Tallies = Mapping[tuple[UUID, str], list[int]]
"""By statement and currency: lines, credits, debits."""


def _tallies(drafts: Sequence[Draft]) -> Tallies:
    """Lines, credits and debits of each statement: the proof compares them with what was announced."""
    tallies: dict[tuple[UUID, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for draft in drafts:
        if (proof := draft.proof) is not None and proof.statement_id is not None:
            currency = next(line.currency for line in draft.lines if line.account == BANK)
            tally = tallies[proof.statement_id, currency]
            tally[0] += 1
            tally[1 if proof.movement_minor > 0 else 2] += abs(proof.movement_minor)
    return tallies


Place = tuple[str, str, str, str]
"""Account, fund, instrument, currency."""


def _movements(drafts: Sequence[Draft]) -> Mapping[tuple[date, Place], list[int]]:
    """What the drafts debit and credit on each day."""
    movements: dict[tuple[date, Place], list[int]] = defaultdict(lambda: [0, 0])
    for draft in drafts:
        for account, amount, fund, currency, instrument in draft.lines:
            moved = movements[draft.entry_on, (account, fund, instrument, currency)]
            if amount > 0:
                moved[0] += amount
            else:
                moved[1] -= amount
    return movements


def _sums(
    chain: Chain, *, tallies: Tallies, movements: Mapping[tuple[date, Place], list[int]]
) -> dict[str, Any]:
    """The chain's head, and what is added to tallies, movements and balances, as parameters of `_SUMS`."""
    deltas: dict[Place, int] = defaultdict(int)
    for (_, place), (debit, credit) in movements.items():
        deltas[place] += debit - credit
    days, places = sorted(movements), sorted(deltas)
    return {
        "territory": chain.territory,
        "seq": chain.seq,
        "hash": chain.hash,
        "numbers": json.dumps(chain.entry_numbers),
        "remainders": json.dumps(chain.share_remainders),
        "statements": [statement_id for statement_id, _ in tallies],
        "statement_currencies": [currency for _, currency in tallies],
        "counts": [tally[0] for tally in tallies.values()],
        "credits": [tally[1] for tally in tallies.values()],
        "debits": [tally[2] for tally in tallies.values()],
        "days": [day for day, _ in days],
        "day_accounts": [place[0] for _, place in days],
        "day_funds": [place[1] for _, place in days],
        "day_instruments": [place[2] for _, place in days],
        "day_currencies": [place[3] for _, place in days],
        "day_debits": [movements[key][0] for key in days],
        "day_credits": [movements[key][1] for key in days],
        "accounts": [place[0] for place in places],
        "funds": [place[1] for place in places],
        "instruments": [place[2] for place in places],
        "currencies": [place[3] for place in places],
        "amounts": [deltas[place] for place in places],
    }

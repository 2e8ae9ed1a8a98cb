"""The naive way to post, for comparison: one event, one transaction, rows added one by one through the ORM.

The books come out the same: it locks the chain, links its hash, and keeps balances and tallies.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.ledger.domain import posting
from services.ledger.domain.chain import GENESIS, canonical_entry, next_hash
from services.ledger.domain.entries import BankProof, Draft, Line
from services.ledger.tables import Balance, Chain, DailyMovement, EntryLine, JournalEntry, StatementTally
from shared.database import Database
from shared.events import Heard
from shared.events.pledges import PaymentReceived

AT_ONCE = 4
"""As many as a ledger process works on at one time, each in territories of its own."""


async def post_naively(database: Database, facts: Sequence[Heard[PaymentReceived]]) -> float:
    """Post payments one by one; returns the seconds that it took."""
    by_territory = defaultdict(list)
    for heard in facts:
        by_territory[heard.event.territory].append(heard)
    parts: list[list[Heard[PaymentReceived]]] = [[] for _ in range(AT_ONCE)]
    for number, of_territory in enumerate(by_territory.values()):
        parts[number % AT_ONCE] += of_territory

    async def post(part: Sequence[Heard[PaymentReceived]]) -> None:
        for heard in part:
            async with AsyncSession(database.engine) as session, session.begin():
                await _post_one(session, heard)

    began = time.perf_counter()
    await asyncio.gather(*(post(part) for part in parts))
    return time.perf_counter() - began


async def _post_one(session: AsyncSession, heard: Heard[PaymentReceived]) -> None:
    payment = heard.event
    chain = await session.get(Chain, payment.territory, with_for_update=True)
    if chain is None:
        chain = Chain(territory=payment.territory, seq=0, hash=GENESIS, entry_numbers={}, share_remainders={})
        session.add(chain)
    known = await session.exec(select(JournalEntry.seq).where(col(JournalEntry.event_id) == heard.id))
    if known.first() is not None:
        return
    proof = BankProof(payment.statement_id, payment.line_id, payment.amount_minor)
    draft = posting.receipt(
        event_id=heard.id,
        hashed=posting.payload_hash(heard.payload),
        on=payment.booked_on,
        value_on=payment.value_on,
        proof=proof,
        fund=payment.fund,
        share_minor=0,
        currency=payment.currency,
        instrument=payment.instrument,
        policy_id=None,
    )
    draft.check()
    session.add(_entry(chain, draft, proof))
    await session.flush()
    lines = [
        {"territory": chain.territory, "seq": chain.seq, "line": position, **line._asdict()}
        for position, line in enumerate(draft.lines, start=1)
    ]
    await session.exec(insert(EntryLine).values(lines))  # at once: a trigger wants each entry whole
    await _count(session, payment)
    for line in draft.lines:
        await _add_to_day(session, chain.territory, draft.entry_on, line)
        await _add_to_balance(session, chain.territory, line)


def _entry(chain: Chain, draft: Draft, proof: BankProof) -> JournalEntry:
    """The entry at the end of the chain, which moves on."""
    number = chain.entry_numbers.get(draft.journal, 0) + 1
    values: dict[str, Any] = {
        "territory": chain.territory,
        "seq": chain.seq + 1,
        "event_id": draft.event_id,
        "journal": draft.journal.value,
        "entry_number": number,
        "entry_on": draft.entry_on,
        "value_on": draft.value_on,
        "document": draft.document,
        "label": draft.label,
        "payload_hash": draft.payload_hash,
        "statement_id": proof.statement_id,
        "line_id": proof.line_id,
        "recorded_at": datetime.now(UTC),
    }
    chain.seq += 1
    chain.hash = next_hash(chain.hash, canonical_entry(**values, lines=draft.lines))
    chain.entry_numbers = {**chain.entry_numbers, draft.journal.value: number}
    return JournalEntry(**values, hash=chain.hash)


async def _add_to_day(session: AsyncSession, territory: str, day: date, line: Line) -> None:
    key = territory, day, line.account, line.fund, line.instrument, line.currency
    movement = await session.get(DailyMovement, key)
    if movement is None:
        movement = DailyMovement(
            territory=territory,
            entry_on=day,
            account=line.account,
            fund=line.fund,
            instrument=line.instrument,
            currency=line.currency,
            debit_minor=0,
            credit_minor=0,
        )
        session.add(movement)
    movement.debit_minor += max(line.amount_minor, 0)
    movement.credit_minor -= min(line.amount_minor, 0)


async def _add_to_balance(session: AsyncSession, territory: str, line: Line) -> None:
    key = territory, line.account, line.fund, line.instrument, line.currency
    balance = await session.get(Balance, key)
    if balance is None:
        balance = Balance(
            territory=territory,
            account=line.account,
            fund=line.fund,
            instrument=line.instrument,
            currency=line.currency,
            amount_minor=0,
        )
        session.add(balance)
    balance.amount_minor += line.amount_minor


async def _count(session: AsyncSession, payment: PaymentReceived) -> None:
    tally = await session.get(StatementTally, (payment.statement_id, payment.territory, payment.currency))
    if tally is None:
        tally = StatementTally(
            statement_id=payment.statement_id,
            territory=payment.territory,
            currency=payment.currency,
            line_count=0,
            credit_minor=0,
            debit_minor=0,
        )
        session.add(tally)
    tally.line_count += 1
    tally.credit_minor += payment.amount_minor

"""Verifies the books from their rows alone: every chain, every balance, every total. For auditors.

Reads a territory's journal in one pass on one snapshot (repeatable read), a few thousand rows at a time.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.ledger.domain.chain import GENESIS, next_hash
from services.ledger.domain.chart import BANK, MEMO_CLASS
from services.ledger.queries.entries import canonical_row
from services.ledger.queries.verification.balances import verify_balances
from services.ledger.queries.verification.bank import verify_statements, verify_tallies
from services.ledger.queries.verification.chart import verify_chart
from services.ledger.queries.verification.closings import Closings, verify_closings
from services.ledger.queries.verification.corrections import verify_corrections
from services.ledger.queries.verification.disbursements import verify_disbursements
from services.ledger.queries.verification.envelope_shares import verify_envelope_shares
from services.ledger.queries.verification.found import Movements, Tallies, Verification
from services.ledger.queries.verification.funds import verify_funds
from services.ledger.queries.verification.liaison import verify_liaison
from services.ledger.queries.verification.local_currencies import verify_local_currencies
from services.ledger.queries.verification.orders import verify_orders
from services.ledger.queries.verification.receipts import verify_receipts
from services.ledger.queries.verification.repayments import verify_repayments
from services.ledger.queries.verification.roots import verify_roots

PAGE = 5_000


async def verify(engine: AsyncEngine) -> Verification:
    """Recompute everything that the books say about themselves."""
    found = Verification()
    async with engine.connect() as connection:
        connection = await connection.execution_options(isolation_level="REPEATABLE READ")
        await connection.execute(text("set transaction read only"))
        await connection.execute(text("set local statement_timeout = 0"))
        movements: Movements = defaultdict(lambda: [0, 0])
        bank: Tallies = defaultdict(lambda: [0, 0, 0])
        heads = (
            await connection.execute(
                text("select territory, seq, hash, entry_numbers, closed_through from chains")
            )
        ).all()
        closings = await verify_closings(connection, heads, found)
        hashes: dict[str, list[bytes]] = {}
        for head in sorted(heads):
            found.territories += 1
            hashes[head.territory] = await _verify_territory(
                connection, head, found, movements, bank, closings
            )
        await _verify_strays(connection, {head.territory for head in heads}, found)
        await verify_balances(connection, movements, found)
        await verify_chart(connection, movements, found)
        await verify_tallies(connection, bank, found)
        await verify_statements(connection, bank, found)
        await verify_receipts(connection, found)
        await verify_disbursements(connection, found)
        await verify_envelope_shares(connection, found)
        await verify_funds(connection, found)
        await verify_repayments(connection, found)
        await verify_roots(connection, hashes, found)
        await verify_corrections(connection, found)
        await verify_orders(connection, found)
        await verify_liaison(connection, found)
        await verify_local_currencies(connection, found)
    return found


async def _verify_territory(
    connection: AsyncConnection,
    head: Any,
    found: Verification,
    movements: Movements,
    bank: Tallies,
    closings: Closings,
) -> list[bytes]:
    """The hashes of all its entries, in order: 32 bytes each."""
    hashes: list[bytes] = []
    territory, previous, seq = head.territory, GENESIS, 0
    numbers: dict[str, int] = defaultdict(int)
    async for entry, lines in _entries(connection, territory):
        found.entries += 1
        found.lines += len(lines)
        where = f"territoire {territory}, écriture {entry.seq}"
        if entry.seq != seq + 1:
            found.problems.append(f"{where} : le numéro {seq + 1} manque dans la chaîne.")
        seq = entry.seq
        numbers[entry.journal] += 1
        if entry.entry_number != numbers[entry.journal]:
            found.problems.append(
                f"{where} : le journal {entry.journal} saute du numéro {numbers[entry.journal]} à {entry.entry_number}."
            )
            numbers[entry.journal] = entry.entry_number
        expected = next_hash(
            previous,
            canonical_row(entry, [tuple(line[1:]) for line in lines]),
        )
        if any(entry.entry_on <= day for day, closed_at in closings if closed_at < entry.recorded_at):
            found.problems.append(
                f"{where} : elle est datée du {entry.entry_on}, dans une période déjà close."
            )
        if expected != entry.hash:
            found.problems.append(f"{where} : le contenu ne correspond pas à son empreinte.")
        previous = entry.hash
        hashes.append(entry.hash)
        sums: dict[tuple[str, bool], int] = defaultdict(int)
        for _, account, amount, fund, currency, instrument in lines:
            sums[currency, account[:1] == MEMO_CLASS] += amount
            moved_there = movements[(territory, account, fund, instrument, currency), entry.entry_on]
            moved_there[0 if amount > 0 else 1] += abs(amount)
        if any(sums.values()) or len(lines) < 2:
            found.problems.append(f"{where} : débits et crédits diffèrent.")
        if entry.statement_id is not None:
            moved: Counter[str] = Counter()
            for line in lines:
                if line.account == BANK:
                    moved[line.currency] += line.amount_minor
            for currency, amount in moved.items():
                tally = bank[entry.statement_id, territory, currency]
                tally[0] += 1
                tally[1 if amount > 0 else 2] += abs(amount)
    found.heads[territory] = f"{head.seq}:{head.hash.hex()}"
    if dict(numbers) != head.entry_numbers:
        found.problems.append(
            f"territoire {territory} : les journaux finissent à {dict(numbers)}, la tête annonce"
            f" {head.entry_numbers}."
        )
    if seq != head.seq or previous != head.hash:
        found.problems.append(
            f"territoire {territory} : la chaîne finit à l’écriture {seq}, la tête annonce {head.seq}."
        )
    return hashes


async def _entries(connection: AsyncConnection, territory: str) -> AsyncIterator[tuple[Any, list[Any]]]:
    """Every entry of a territory with its lines, in order, a page at a time."""
    after = 0
    while True:
        entries = (
            await connection.execute(
                text(
                    "select * from journal_entries where territory = :territory and seq > :after"
                    " order by seq limit :page"
                ),
                {"territory": territory, "after": after, "page": PAGE},
            )
        ).all()
        if not entries:
            return
        lines: dict[int, list[Any]] = defaultdict(list)
        for line in await connection.execute(
            text(
                "select seq, account, amount_minor, fund, currency, instrument from entry_lines"
                " where territory = :territory and seq > :after and seq <= :last order by seq, line"
            ),
            {"territory": territory, "after": after, "last": entries[-1].seq},
        ):
            lines[line.seq].append(line)
        for entry in entries:
            yield entry, lines[entry.seq]
        after = entries[-1].seq


async def _verify_strays(connection: AsyncConnection, chained: set[str], found: Verification) -> None:
    stray = await connection.execute(
        text(
            "select territory from journal_entries where territory <> all(:chained) union"
            " select territory from entry_lines l where not exists"
            " (select from journal_entries e where e.territory = l.territory and e.seq = l.seq)"
        ),
        {"chained": list(chained)},
    )
    found.problems += [f"territoire {territory} : des écritures sont hors chaîne." for (territory,) in stray]

"""What is kept of statements is what their entries say, and the bank account is where they bring it."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain.chart import BANK
from services.ledger.queries.verification.found import Tallies, Verification


async def verify_tallies(connection: AsyncConnection, bank: Tallies, found: Verification) -> None:
    """The counts kept for each statement are those of its entries."""
    kept = {
        (row.statement_id, row.territory): [row.line_count, row.credit_minor, row.debit_minor]
        for row in await connection.execute(text("select * from statement_tallies"))
    }
    for statement_id, territory in sorted(kept.keys() | bank.keys(), key=str):
        key = statement_id, territory
        if kept.get(key) != bank.get(key):
            found.problems.append(
                f"relevé {statement_id}, territoire {territory} : le décompte tenu est {kept.get(key)},"
                f" celui des écritures {bank.get(key)}."
            )


async def verify_statements(connection: AsyncConnection, bank: Tallies, found: Verification) -> None:
    """Proved statements have all their lines, and the bank account is where they and the other lines bring it."""
    posted: dict[UUID, list[int]] = {}
    for (statement_id, _), tally in bank.items():
        posted[statement_id] = [
            a + b for a, b in zip(posted.get(statement_id, [0, 0, 0]), tally, strict=True)
        ]
    expected = sum(credit - debit for _, credit, debit in posted.values())
    account, balance = None, 0
    proved = text("select * from statements where proved_at is not null order by account, proved_position")
    for statement in await connection.execute(proved):
        found.proved_statements += 1
        announced = [statement.line_count, statement.credit_minor, statement.debit_minor]
        lines = posted.get(statement.statement_id, [0, 0, 0])
        if lines != announced:
            found.problems.append(
                f"relevé {statement.statement_id} : prouvé, mais les écritures disent {lines}"
                f" et le relevé {announced}."
            )
        if statement.account != account:
            account = statement.account
            expected += statement.opening_minor
        elif statement.opening_minor != balance:
            found.problems.append(
                f"relevé {statement.statement_id} : prouvé, mais il ouvre à {statement.opening_minor}"
                f" quand le précédent ferme à {balance} (en centimes)."
            )
        balance = statement.closing_minor
    held = await connection.scalar(
        text("select coalesce(sum(amount_minor), 0)::bigint from balances where account = :bank"),
        {"bank": BANK},
    )
    if held != expected:
        found.problems.append(f"banque : le compte {BANK} dit {held}, les relevés {expected} (en centimes).")

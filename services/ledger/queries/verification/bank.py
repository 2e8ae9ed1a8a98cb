"""What is kept of statements is what their entries say, and the bank account is where they bring it."""

from collections import Counter, defaultdict
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain.chart import BANK
from services.ledger.queries.verification.found import Tallies, Verification


async def verify_tallies(connection: AsyncConnection, bank: Tallies, found: Verification) -> None:
    """The counts kept for each statement are those of its entries."""
    kept = {
        (row.statement_id, row.territory, row.currency): [row.line_count, row.credit_minor, row.debit_minor]
        for row in await connection.execute(text("select * from statement_tallies"))
    }
    for key in sorted(kept.keys() | bank.keys(), key=str):
        statement_id, territory, currency = key
        if kept.get(key) != bank.get(key):
            found.problems.append(
                f"relevé {statement_id}, territoire {territory} : le décompte tenu est {kept.get(key)},"
                f" celui des écritures {bank.get(key)} ({currency})."
            )


async def verify_statements(connection: AsyncConnection, bank: Tallies, found: Verification) -> None:
    """Proved statements have all their lines, and the bank account is where they and the other lines bring it."""
    posted: dict[tuple[UUID, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    expected: Counter[str] = Counter()
    for (statement_id, _, currency), tally in bank.items():
        of_statement = posted[statement_id, currency]
        of_statement[:] = [a + b for a, b in zip(of_statement, tally, strict=True)]
        expected[currency] += tally[1] - tally[2]
    account, balance = None, 0
    proved = text("select * from statements where proved_at is not null order by account, proved_position")
    for statement in await connection.execute(proved):
        found.proved_statements += 1
        announced = [statement.line_count, statement.credit_minor, statement.debit_minor]
        lines = posted.get((statement.statement_id, statement.currency), [0, 0, 0])
        if lines != announced:
            found.problems.append(
                f"relevé {statement.statement_id} : prouvé, mais les écritures disent {lines}"
                f" et le relevé {announced}."
            )
        if statement.account != account:
            account = statement.account
            expected[statement.currency] += statement.opening_minor
        elif statement.opening_minor != balance:
            found.problems.append(
                f"relevé {statement.statement_id} : prouvé, mais il ouvre à {statement.opening_minor}"
                f" quand le précédent ferme à {balance} (en plus petites unités)."
            )
        balance = statement.closing_minor
    balances = await connection.execute(
        text(
            "select currency, sum(amount_minor)::bigint from balances where account = :bank group by currency"
        ),
        {"bank": BANK},
    )
    held = {row.currency: row[1] for row in balances}
    found.problems += [
        f"banque : le compte {BANK} dit {held.get(currency, 0)}, les relevés {expected[currency]}"
        f" ({currency}, en plus petites unités)."
        for currency in sorted(held.keys() | expected.keys())
        if held.get(currency, 0) != expected[currency]
    ]

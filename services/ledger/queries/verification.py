"""What is kept beside the journal must be what the journal says: balances, tallies, statements, receipts,
disbursements. Each check adds one sentence for each difference."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain.chart import BANK, COMMITTED, GIFTS_FOR_LOCAL_CURRENCY, RESERVED

Tallies = dict[tuple[UUID, str], list[int]]
"""By statement and territory: lines posted, credits and debits in minor units."""


@dataclass
class Verification:
    """What was found: counts, and one sentence for each thing that is wrong."""

    entries: int = 0
    lines: int = 0
    territories: int = 0
    proved_statements: int = 0
    problems: list[str] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    """Sequence number and hash of each chain's last entry: kept elsewhere, they show a history rewritten whole."""

    @property
    def verdict(self) -> str:
        return "broken" if self.problems else "ok"


async def verify_balances(
    connection: AsyncConnection, computed: Mapping[tuple[str, str, str, str], int], found: Verification
) -> None:
    """The balances kept are the sums of the lines."""
    kept = {
        (row.territory, row.fund, row.account, row.currency): row.amount_minor
        for row in await connection.execute(text("select * from balances"))
    }
    for key in sorted(kept.keys() | computed.keys()):
        if kept.get(key, 0) != computed.get(key, 0):
            territory, fund, account, currency = key
            found.problems.append(
                f"territoire {territory}, compte {account} ({fund}, {currency}) : le solde tenu est"
                f" {kept.get(key, 0)}, la somme des lignes {computed.get(key, 0)} (en centimes)."
            )


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


_RECEIPTS = """
    with posted as (
        select e.territory, e.line_id, sum(l.amount_minor) filter (where l.account = :bank) as amount,
            coalesce(-sum(l.amount_minor) filter (where l.account = :share), 0) as share
        from journal_entries e join entry_lines l using (territory, seq)
        where e.journal = 'COL' group by e.territory, e.seq
    ), returned as (
        select territory, -sum(amount) as amount, -sum(share) as share from posted where amount < 0 group by territory
    ), kept as (
        select territory, sum(returned_minor) as amount,
            sum(div(share_minor::numeric * returned_minor, amount_minor)) as share
        from returned_receipts group by territory
    )
    select 'paiement ' || r.line_id
    from returned_receipts r left join (select * from posted where amount > 0) p using (territory, line_id)
    where (r.amount_minor, r.share_minor) is distinct from (p.amount, p.share)
    union all
    select 'retours du territoire ' || territory from kept k full join returned p using (territory)
    where (k.amount, k.share) is distinct from (p.amount, p.share)
"""


async def verify_receipts(connection: AsyncConnection, found: Verification) -> None:
    """Each payment that went back has its entry with the same share, and what went back was posted back."""
    differing = await connection.execute(text(_RECEIPTS), {"bank": BANK, "share": GIFTS_FOR_LOCAL_CURRENCY})
    found.problems += [f"{what} : ce qui est tenu diffère des écritures." for (what,) in differing]


_DISBURSEMENTS = """
    with held as (
        select territory, fund, currency, sum(case when state = 'committed' then 0 else amount_minor end) as reserved,
            sum(case when state = 'committed' then amount_minor else 0 end) as committed
        from disbursements where state in ('reserved', 'ordered', 'committed') group by territory, fund, currency
    ), booked as (
        select territory, fund, currency, coalesce(sum(amount_minor) filter (where account = :reserved), 0) as reserved,
            coalesce(sum(amount_minor) filter (where account = :committed), 0) as committed
        from balances where account in (:reserved, :committed) group by territory, fund, currency
    )
    select territory, fund from held h full join booked b using (territory, fund, currency)
    where (coalesce(h.reserved, 0), coalesce(h.committed, 0))
        is distinct from (coalesce(b.reserved, 0), coalesce(b.committed, 0))
"""


async def verify_disbursements(connection: AsyncConnection, found: Verification) -> None:
    """What is held back and committed in each envelope is the sum of the disbursements that stand there."""
    differing: Any = await connection.execute(
        text(_DISBURSEMENTS), {"reserved": RESERVED, "committed": COMMITTED}
    )
    found.problems += [
        f"territoire {territory}, enveloppe {fund} : les versements en cours diffèrent des comptes {RESERVED}"
        f" et {COMMITTED}."
        for territory, fund in differing
    ]

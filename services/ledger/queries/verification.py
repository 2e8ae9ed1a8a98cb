"""What is kept beside the journal must be what the journal says: balances, tallies, statements, receipts,
disbursements. Each check adds one sentence for each difference."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain.chart import BANK, COMMITTED, GIFTS_FOR_LOCAL_CURRENCY, LIAISON, RESERVED
from services.ledger.domain.merkle import tree_hash
from services.ledger.domain.root import NO_ROOT, Root

Place = tuple[str, str, str, str, str]
"""Territory, account, fund, instrument, currency."""

Movements = dict[tuple[Place, date], list[int]]
"""By place and day: debits and credits in minor units."""

Tallies = dict[tuple[UUID, str], list[int]]
"""By statement and territory: lines posted, credits and debits in minor units."""


@dataclass
class Verification:
    """What was found: counts, and one sentence for each thing that is wrong."""

    entries: int = 0
    lines: int = 0
    territories: int = 0
    proved_statements: int = 0
    roots: int = 0
    problems: list[str] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    """Sequence number and hash of each chain's last entry: kept elsewhere, they show a history rewritten whole."""

    @property
    def verdict(self) -> str:
        return "broken" if self.problems else "ok"


async def verify_balances(connection: AsyncConnection, computed: Movements, found: Verification) -> None:
    """The movements and balances kept are the sums of the lines."""
    sums: dict[Place, int] = defaultdict(int)
    for (place, _), (debit, credit) in computed.items():
        sums[place] += debit - credit
    kept = {
        (row.territory, row.account, row.fund, row.instrument, row.currency): row.amount_minor
        for row in await connection.execute(text("select * from balances"))
    }
    for place in sorted(kept.keys() | sums.keys()):
        if kept.get(place, 0) != sums.get(place, 0):
            found.problems.append(
                f"{_named(place)} : le solde tenu est {kept.get(place, 0)}, la somme des lignes"
                f" {sums.get(place, 0)} (en centimes)."
            )
    moved = {
        ((row.territory, row.account, row.fund, row.instrument, row.currency), row.entry_on): [
            row.debit_minor,
            row.credit_minor,
        ]
        for row in await connection.execute(text("select * from daily_movements"))
    }
    for key in sorted(moved.keys() | computed.keys()):
        if moved.get(key) != computed.get(key):
            found.problems.append(
                f"{_named(key[0])}, {key[1]} : les mouvements tenus sont {moved.get(key)}, ceux des lignes"
                f" {computed.get(key)} (débit et crédit, en centimes)."
            )


def _named(place: Place) -> str:
    territory, account, fund, instrument, currency = place
    return f"territoire {territory}, compte {account} ({fund}, {instrument}, {currency})"


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


Closings = list[tuple[date, datetime]]
"""Closed days, each with the moment when the books were closed up to it."""


async def verify_closings(connection: AsyncConnection, heads: Sequence[Any], found: Verification) -> Closings:
    """Every chain is closed up to the last closing; returns all closings."""
    closings = (await connection.execute(text("select closed_through, closed_at from closings"))).all()
    last = max((row.closed_through for row in closings), default=None)
    found.problems += [
        f"territoire {head.territory} : la chaîne est close jusqu’au {head.closed_through},"
        f" les comptes jusqu’au {last}."
        for head in heads
        if head.closed_through != last
    ]
    return [(row.closed_through, row.closed_at) for row in closings]


_RECEIPTS = """
    with posted as (
        select e.territory, e.line_id, sum(l.amount_minor) filter (where l.account in (:bank, :liaison)) as amount,
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
    differing = await connection.execute(
        text(_RECEIPTS), {"bank": BANK, "liaison": LIAISON, "share": GIFTS_FOR_LOCAL_CURRENCY}
    )
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


_CORRECTIONS = """
    with line as (
        select c.territory, c.corrected_seq, e.event_id, l.account, l.fund, l.instrument, l.currency, l.amount_minor
        from corrections c
            join journal_entries e on e.territory = c.territory and e.seq = c.corrected_seq
                or e.event_id = c.correction_id
            join entry_lines l on l.territory = e.territory and l.seq = e.seq
        where c.state = 'confirmed'
    ), left_over as (
        select territory, corrected_seq from line group by territory, corrected_seq, account, fund, instrument, currency
        having sum(amount_minor) <> 0
    ), missing as (
        select territory, corrected_seq from corrections c where state = 'confirmed'
            and not exists (select from journal_entries e where e.event_id = c.correction_id)
    )
    select territory, corrected_seq from left_over union select territory, corrected_seq from missing order by 1, 2
"""


async def verify_corrections(connection: AsyncConnection, found: Verification) -> None:
    """Each corrected entry has its contra-entry, line by line."""
    found.problems += [
        f"territoire {territory}, écriture {seq} : sa contre-passation ne la reprend pas ligne à ligne."
        for territory, seq in await connection.execute(text(_CORRECTIONS))
    ]


async def verify_roots(
    connection: AsyncConnection, hashes: Mapping[str, Sequence[bytes]], found: Verification
) -> None:
    """Each root is signed, names the one before it, and has the entries that are there; `hashes` by territory."""
    previous: Root | None = None
    for row in await connection.execute(text("select * from roots order by number")):
        root = Root(row.number, row.document, row.signature, row.public_key, row.published_at)
        before = previous.heads if previous else {}
        leaves = [
            one
            for territory in sorted(root.heads)
            for one in hashes.get(territory, ())[
                before[territory].seq if territory in before else 0 : root.heads[territory].seq
            ]
        ]
        if not root.is_signed:
            found.problems.append(f"racine {root.number} : sa signature n’est pas la sienne.")
        if root.previous != (previous.hash if previous else NO_ROOT).hex():
            found.problems.append(f"racine {root.number} : elle ne suit pas celle d’avant.")
        if root.tree != tree_hash(leaves).hex() or root.entry_count != len(leaves):
            found.problems.append(f"racine {root.number} : les écritures ne sont plus celles qu’elle fixe.")
        found.roots += 1
        previous = root


_LIAISON = """
    select e.document, sum(l.amount_minor)::bigint as amount_minor
    from entry_lines l join journal_entries e using (territory, seq)
    where l.account = :liaison group by e.document, l.currency
    having sum(l.amount_minor) <> 0 and max(e.recorded_at) < now() - interval '1 hour'
"""


async def verify_liaison(connection: AsyncConnection, found: Verification) -> None:
    """What left suspense for a territory has come there; the two chains are given an hour to hear of it."""
    found.problems += [
        f"ligne de banque {document} : son affectation n’a qu’un côté depuis plus d’une heure, il manque"
        f" {abs(amount)} (en centimes) au compte {LIAISON}."
        for document, amount in await connection.execute(text(_LIAISON), {"liaison": LIAISON})
    ]

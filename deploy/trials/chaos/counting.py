"""Money counted three ways: what the bank's files say, what pledges wrote down, what the ledger posted.

Every line is followed by name: the bank's reference leads to the line in pledges, its id to the entry. A promise is
followed by the hash of its key to pledges, by its reference to the memo entry.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import asyncpg

from deploy.trials.chaos.plan import Fate, PlannedLine, PlannedPromise
from services.ledger.domain.chart import BANK, BANK_FEES, PROMISES, SUSPENSE

Money = Counter[tuple[str, Fate | str]]
"""Minor units by territory and fate, signed as the account sees them; `PROMISED` are no money and count apart."""

PROMISED = "promised"


@dataclass(frozen=True, slots=True)
class Row:
    """One fact as one of the three has it. `name` is what it is followed by."""

    name: str
    territory: str
    fate: str
    amount_minor: int


@dataclass
class Count:
    """What the three have, and what is wrong between them. All is well when `lost`, `double`, `unbalanced` are 0.

    `lost`: facts that pledges or the ledger lacks. `double`: rows beyond one for each fact. `unbalanced`: facts that
    have another amount, territory or fate, and whatever the ledger's own verification finds.
    """

    lost: int = 0
    double: int = 0
    unbalanced: int = 0
    lost_minor: int = 0
    double_minor: int = 0
    lines: int = 0
    promises: int = 0
    problems: list[str] = field(default_factory=list)
    totals_minor: dict[str, dict[str, int]] = field(default_factory=dict)
    """Of `bank`, `pledges` and `ledger`, by fate, over all territories."""

    @property
    def is_right(self) -> bool:
        return not (self.lost or self.double or self.unbalanced)

    def add_problems(self, problems: Iterable[str]) -> None:
        """What else is out of balance, one sentence each."""
        for problem in problems:
            self.unbalanced += 1
            self.problems.append(problem)


def planned(lines: Iterable[tuple[str, PlannedLine]], promises: Iterable[PlannedPromise]) -> list[Row]:
    """What the bank's files and the savers say."""
    found = [Row(name, line.territory, line.fate, line.movement_minor) for name, line in lines]
    for promise in promises:
        found.append(
            Row(_hash_of(promise.key), promise.territory, PROMISED, promise.amount_minor),
        )
    return found


async def in_pledges(database: asyncpg.Connection) -> tuple[list[Row], dict[str, str]]:
    """What pledges has; and the names of its facts by what the ledger calls them (line ids, references)."""
    lines = await database.fetch(
        "select line_id::text as id, bank_reference as name, territory, fate,"
        " case direction when 'credit' then amount_minor else -amount_minor end as amount_minor from bank_lines"
    )
    promises = await database.fetch(
        "select reference as id, idempotency_hash as name, territory, amount_minor from pledges"
    )
    rows = [Row(one["name"], one["territory"], one["fate"], one["amount_minor"]) for one in lines]
    rows += [Row(one["name"], one["territory"], PROMISED, one["amount_minor"]) for one in promises]
    return rows, {one["id"]: one["name"] for one in [*lines, *promises]}


_ENTRIES = """
    select coalesce(e.line_id::text, e.document) as id, e.territory, e.journal,
        sum(l.amount_minor) filter (where l.account in ($1, $2))::bigint as amount_minor,
        array_agg(distinct l.account) as accounts
    from journal_entries e left join entry_lines l using (territory, seq) group by e.territory, e.seq
"""


async def in_ledger(database: asyncpg.Connection, names: dict[str, str]) -> list[Row]:
    """What the ledger has, under the names of the facts; what no fact stands behind keeps its own."""
    return [
        Row(
            names.get(one["id"], f"?{one['id']}"),
            one["territory"],
            _fate_of(one),
            one["amount_minor"] or 0,
        )
        for one in await database.fetch(_ENTRIES, BANK, PROMISES)
    ]


def _fate_of(entry: Any) -> str:
    """What an entry says that its fact was, read from the accounts that it moves."""
    accounts = entry["accounts"]
    if PROMISES in accounts:
        return PROMISED
    if SUSPENSE in accounts:
        return Fate.SUSPENDED
    if BANK_FEES in accounts:
        return Fate.FEE
    return Fate.RECEIVED if (entry["amount_minor"] or 0) > 0 else Fate.RETURNED


def compare(bank: list[Row], pledges: list[Row], ledger: list[Row]) -> Count:
    """Hold the two against what the bank says: fact by fact, then territory by territory."""
    expected = {row.name: row for row in bank}
    found = Count(
        lines=sum(row.fate != PROMISED for row in bank), promises=sum(row.fate == PROMISED for row in bank)
    )
    places = {"pledges": pledges, "ledger": ledger}
    lacking = {place: expected.keys() - {row.name for row in rows} for place, rows in places.items()}
    for name in sorted(set().union(*lacking.values())):
        found.lost += 1
        found.lost_minor += abs(expected[name].amount_minor)
        lack = " and ".join(place for place in places if name in lacking[place])
        found.problems.append(f"{lack} lost {expected[name]}")
    for place, rows in places.items():
        _find_strange(expected, rows, place, found)

    money = {"bank": _sums(bank), "pledges": _sums(pledges), "ledger": _sums(ledger)}
    for territory, fate in sorted(set().union(*money.values())):
        amounts = {place: sums[territory, fate] for place, sums in money.items()}
        if len(set(amounts.values())) > 1:
            found.problems.append(f"{territory} {fate}: {amounts}")
    found.totals_minor = {place: _by_fate(sums) for place, sums in money.items()}
    return found


def _find_strange(expected: Mapping[str, Row], rows: list[Row], place: str, found: Count) -> None:
    """Count what is there once too often, what nothing stands behind, and what says something else."""
    seen: set[str] = set()
    for row in rows:
        if row.name not in expected or row.name in seen:
            found.double += 1
            found.double_minor += abs(row.amount_minor)
            found.problems.append(f"{place} has too much: {row}")
        elif row != expected[row.name]:
            found.add_problems([f"{place} has {row} for {expected[row.name]}"])
        seen.add(row.name)


def _sums(rows: list[Row]) -> Money:
    money: Money = Counter()
    for row in rows:
        money[row.territory, str(row.fate)] += row.amount_minor
    return money


def _by_fate(sums: Money) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for (_, fate), amount in sums.items():
        totals[str(fate)] += amount
    return dict(sorted(totals.items()))


def _hash_of(key: str) -> str:
    """What pledges keeps of a promise's key."""
    return sha256(key.encode()).hexdigest()

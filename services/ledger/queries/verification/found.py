"""What a verification finds, and the sums that it makes on its way."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

Place = tuple[str, str, str, str, str]
"""Territory, account, fund, instrument, currency."""

Movements = dict[tuple[Place, date], list[int]]
"""By place and day: debits and credits in minor units."""

Tallies = dict[tuple[UUID, str, str], list[int]]
"""By statement, territory and currency: lines posted, credits and debits in minor units."""


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

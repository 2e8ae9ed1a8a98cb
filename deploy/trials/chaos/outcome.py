"""What a run of chaos found: the faults, the count, and how lanes came back."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from deploy.trials.chaos.counting import Count
from deploy.trials.chaos.faults import KILLS
from deploy.trials.chaos.recovery import Recovery


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that happened: what it was, what it struck, when (for people, and for the two databases)."""

    kind: str
    target: str
    at: datetime
    after_seconds: float
    overlapped: bool


@dataclass
class Outcome:
    """What a run found. `home` is kept when something is wrong."""

    seed: int
    nodes: int
    struck: list[Struck] = field(default_factory=list)
    count: Count = field(default_factory=Count)
    recoveries: dict[str, Recovery] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    statements: int = 0
    parked: int = 0
    restarts: int = 0
    load_seconds: float = 0.0
    seconds: float = 0.0
    home: Path | None = None

    @property
    def is_right(self) -> bool:
        return self.count.is_right

    @property
    def by_kind(self) -> dict[str, int]:
        return dict(sorted(Counter(one.kind for one in self.struck).items()))

    @property
    def moments(self) -> list[tuple[str, datetime, bool]]:
        """Kind and moment of each fault, and whether it was alone: none before it or after it overlapped."""
        followed = [*(one.overlapped for one in self.struck[1:]), False]
        return [
            (one.kind, one.at, not (one.overlapped or is_followed))
            for one, is_followed in zip(self.struck, followed, strict=True)
        ]

    @property
    def kills(self) -> int:
        return sum(one.kind in KILLS for one in self.struck)

"""Drains lanes: waits until a service has applied what was published when it began, then pauses each at once.

What is published later may be applied or held, whichever comes first: nothing is lost either way.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

LOOK_SECONDS = 0.2

Look = Callable[[str, Sequence[str]], Mapping[str, Any]]
"""`look(service, lanes)`: what `GET …/operations/lanes` answers."""

PauseLane = Callable[[str, str], None]


@dataclass
class Draining:
    """Lanes on their way to a pause. `newest` has the last sequence of each lane's stream at the start.

    A lane whose stream is not in `newest` counts as drained at a moment with nothing to apply.
    """

    left: dict[str, list[str]]
    newest: Mapping[str, int]
    look: Look
    pause: PauseLane
    waits_for: dict[tuple[str, str], str] = field(default_factory=dict)
    drained: list[tuple[str, str]] = field(default_factory=list)
    _began: dict[str, datetime] = field(default_factory=dict)

    def run(self, *, timeout_seconds: float, say: Callable[[str], None]) -> bool:
        """Look again and again. Returns whether all lanes are drained; what is left is in `waits_for`."""
        deadline = time.monotonic() + timeout_seconds
        said = ""
        while True:
            self._round()
            if not self.waits_for:
                return True
            if (now := "\n".join(self.sentences())) != said:
                say(now)
                said = now
            if time.monotonic() > deadline:
                return False
            time.sleep(LOOK_SECONDS)

    def sentences(self) -> Iterator[str]:
        """What is waited for, a line for each lane."""
        for (service, lane), reason in sorted(self.waits_for.items()):
            yield f"{service}, file {lane} : {reason}"

    def _round(self) -> None:
        self.waits_for.clear()
        for service, lanes in self.left.items():
            if not lanes:
                continue
            found = self.look(service, lanes)
            began = self._began.setdefault(service, datetime.fromisoformat(found["at"]))
            for row in found["lanes"]:
                if reason := _waits_for(row, began=began, newest=self.newest.get(row["lane"])):
                    self.waits_for[service, row["lane"]] = reason
                else:
                    self.pause(service, row["lane"])
                    self.drained.append((service, row["lane"]))
                    lanes.remove(row["lane"])


def _waits_for(row: Mapping[str, Any], *, began: datetime, newest: int | None) -> str:
    """What keeps a lane from being drained; nothing (an empty text) once it is."""
    since = row["to_publish_since"]
    if since is not None and datetime.fromisoformat(since) <= began:
        return f"{row['to_publish']} événement(s) à publier"
    if row["waiting"] is None:
        return "le bus ne répond pas"
    if row["waiting"] and (newest is None or row["acknowledged_up_to"] < newest):
        held_up = {
            "paused": "elle est en pause : reprenez-la d’abord",
            "unserved": "aucune réplique ne la sert",
            "open": f"disjoncteur ouvert ({row['reason']})",
            "half_open": f"disjoncteur semi-ouvert ({row['reason']})",
        }.get(row["state"])
        return f"{row['waiting']} événement(s) à appliquer" + (f", {held_up}" if held_up else "")
    return ""

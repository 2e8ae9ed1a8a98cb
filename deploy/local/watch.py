"""Watches over the programs: one that ends by itself is started again, sooner or later."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deploy.local.child import Child

FIRST_DELAY_SECONDS = 0.2
LONGEST_DELAY_SECONDS = 10.0  # short enough that a repaired cause is felt, long enough to spare the machine
CALM_SECONDS = 30.0  # a program that ran this long has recovered: its next delay is the first again
GLANCE_SECONDS = 0.2


@dataclass
class _Restarts:
    started_at: float
    delay: float = FIRST_DELAY_SECONDS / 2
    due_at: float | None = None


class Watch:
    """Over programs that have been started. `say` is told what a person should know."""

    def __init__(self, children: Sequence[Child], *, say: Callable[[str], None]) -> None:
        self._say = say
        self._restarts = [(child, _Restarts(started_at=time.monotonic())) for child in children]

    def keep_running(self) -> None:
        """Until an exception (an interruption) ends it."""
        while True:
            self.look(now=time.monotonic())
            time.sleep(GLANCE_SECONDS)

    def look(self, *, now: float) -> None:
        """Plan the restart of each program that has ended, and start those that are due."""
        for child, restarts in self._restarts:
            if not child.has_ended():
                continue
            if restarts.due_at is None:
                self._plan(child, restarts, now=now)
            elif now >= restarts.due_at:
                self._restart(child, restarts, now=now)

    def _plan(self, child: Child, restarts: _Restarts, *, now: float) -> None:
        calm = now - restarts.started_at > CALM_SECONDS
        restarts.delay = FIRST_DELAY_SECONDS if calm else min(restarts.delay * 2, LONGEST_DELAY_SECONDS)
        restarts.due_at = now + restarts.delay
        seconds = f"{restarts.delay:.1f}".replace(".", ",")
        self._say(
            f"« {child.name} » s’est arrêté ({child.how_it_ended}) : relance dans {seconds} s. "
            f"Journal : {child.log}"
        )

    def _restart(self, child: Child, restarts: _Restarts, *, now: float) -> None:
        restarts.started_at, restarts.due_at = now, None
        try:
            child.start()
        except OSError as error:  # no memory, no binary during an upgrade: tried again like a crash
            self._say(f"« {child.name} » ne peut pas être relancé ({error.strerror}).")

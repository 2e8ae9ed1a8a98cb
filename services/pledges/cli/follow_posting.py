"""Follows statements until the ledger has an entry for each of their lines."""

import time
from typing import Any

import httpx
from rich.progress import Progress

from shared.client import service_client

POLL_SECONDS = 0.2
"""Often enough for a bar that moves; the ledger answers from an index."""

PATIENCE_SECONDS = 60
"""Without a single new entry for that long, the ledger is not at work: waiting longer would say nothing."""


MOST_ASKED = 10
"""Statements asked about in one round: a file of daily ones would else be hundreds of requests."""


class PostingStalled(Exception):
    """The ledger has posted nothing for a while."""

    def __init__(self) -> None:
        super().__init__(
            "Les relevés sont importés, mais le grand livre n’avance plus : regardez « milliard status ». "
            "Rien n’est perdu, il reprendra là où il en est."
        )


def follow_posting(statements: list[dict[str, Any]], progress: Progress) -> None:
    """Return once every line is posted. Raises PostingStalled when nothing moves any more."""
    waiting = {str(statement["statement_id"]): int(statement["line_count"]) for statement in statements}
    total = sum(waiting.values())
    task = progress.add_task("lignes inscrites au grand livre", total=total)
    posted = dict.fromkeys(waiting, 0)
    moved_at = time.monotonic()
    with service_client("ledger") as ledger:
        while waiting:
            before = sum(posted.values())
            for statement_id, line_count in list(waiting.items())[:MOST_ASKED]:
                posted[statement_id] = min(line_count, _posted_lines(ledger, statement_id))
                if posted[statement_id] == line_count:
                    del waiting[statement_id]
            progress.update(task, completed=sum(posted.values()))
            if sum(posted.values()) > before:
                moved_at = time.monotonic()
            elif time.monotonic() - moved_at > PATIENCE_SECONDS:
                raise PostingStalled
            if waiting:
                time.sleep(POLL_SECONDS)
    progress.update(task, completed=total)


def _posted_lines(ledger: httpx.Client, statement_id: str) -> int:
    """How many lines of a statement are posted; none while the ledger has not heard of it or restarts."""
    try:
        answer = ledger.get(f"/api/ledger/statements/{statement_id}")
    except httpx.TransportError:
        return 0
    return int(answer.json()["posted_lines"]) if answer.is_success else 0

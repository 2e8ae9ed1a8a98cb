"""What a run of chaos says, for people and for programs."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.trials.bench.machine import machine
from deploy.trials.chaos.outcome import Outcome
from shared.web.numbers import euros

LONGEST_LIST = 20


def as_json(outcome: Outcome) -> dict[str, Any]:
    """One object."""
    count = outcome.count
    return {
        "name": "chaos",
        "seed": outcome.seed,
        "nodes": outcome.nodes,
        "lost": count.lost,
        "double": count.double,
        "unbalanced": count.unbalanced,
        "lost_minor": count.lost_minor,
        "double_minor": count.double_minor,
        "kills": outcome.kills,
        "faults": outcome.by_kind,
        "recovery": {kind: asdict(found) for kind, found in outcome.recoveries.items()},
        "statements": outcome.statements,
        "lines": count.lines,
        "promises": count.promises,
        "totals_minor": count.totals_minor,
        "parked": outcome.parked,
        "refusals": outcome.refusals,
        "restarts": outcome.restarts,
        "load_seconds": round(outcome.load_seconds, 1),
        "seconds": round(outcome.seconds, 1),
        "lines_per_second": round(_rate(outcome), 1),
        "problems": count.problems[:LONGEST_LIST],
        "struck": [
            {
                "kind": one.kind,
                "target": one.target,
                "at": one.at.isoformat(),
                "after_seconds": one.after_seconds,
                "overlapped": one.overlapped,
            }
            for one in outcome.struck
        ],
        "home": str(outcome.home) if outcome.home else None,
        "machine": machine(),
    }


def print_for_people(outcome: Outcome, out: Console) -> None:
    """The verdict, the faults and how lanes came back from each kind."""
    count = outcome.count
    table = Table("panne", "fois", "dont seule", "files touchées", "rétablies (médiane)", "au plus", box=None)
    for kind, found in outcome.recoveries.items():
        table.add_row(
            NAMES[kind],
            str(found.faults),
            str(found.alone),
            str(found.lanes) if found.alone else "",
            _seconds(found.p50_seconds) if found.lanes else "",
            _seconds(found.max_seconds) if found.lanes else "",
        )
    out.print(table)
    received = count.totals_minor.get("bank", {}).get("received", 0)
    out.print(
        f"{outcome.kills} morts subites en {outcome.seconds:.0f} s ; {outcome.statements} relevés,"
        f" {count.lines} lignes, {count.promises} promesses, {euros(received)} reçus ;"
        f" {_rate(outcome):.0f} lignes par seconde.",
        highlight=False,
    )
    sign = "✓" if outcome.is_right else "✗"
    out.print(
        f"{sign} perdus : {count.lost} ({euros(count.lost_minor)}) · comptés deux fois : {count.double}"
        f" ({euros(count.double_minor)}) · déséquilibres : {count.unbalanced}",
        highlight=False,
    )
    for problem in count.problems[:LONGEST_LIST]:
        out.print(f"  {problem}", highlight=False)
    if outcome.home:
        out.print(
            f"Tout est gardé dans {outcome.home} ; rejouer : --seed {outcome.seed} --kills {outcome.kills}",
            highlight=False,
        )


NAMES = {
    "kill_broker": "bus tué",
    "kill_database": "base de données tuée",
    "kill_pledges": "API des promesses tuée",
    "kill_relay": "relais tué",
    "kill_ledger": "grand livre tué",
    "kill_other": "autre programme tué",
    "freeze_ledger": "grand livre figé",
    "freeze_relay": "relais figé",
    "delete_consumer": "consommateur effacé",
    "reset_consumer": "consommateur remis au début",
    "fill_stream": "file pleine",
    "repeat_messages": "messages répétés",
    "drop_connections": "connexions coupées",
}


def _seconds(value: float) -> str:
    return f"{value:.1f} s".replace(".", ",")


def _rate(outcome: Outcome) -> float:
    return outcome.count.lines / outcome.load_seconds if outcome.load_seconds else 0.0

"""`milliard chaos`: a table for people, one JSON object for programs; exit code 1 unless all is zero."""

import json
import sys
from typing import Annotated

import structlog
import typer

from deploy.trials.chaos.faults import FAULTS
from deploy.trials.chaos.report import as_json, print_for_people
from deploy.trials.chaos.schedule import schedule
from deploy.trials.chaos.trial import run
from shared.terminal import console


def chaos(
    kills: Annotated[int, typer.Option(min=0, help="Combien de programmes tuer.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="La même graine redonne les mêmes relevés et pannes.")] = 1,
    seconds: Annotated[
        float | None, typer.Option(help="Plus de nouvelle panne après tant de secondes.")
    ] = None,
    nodes: Annotated[int, typer.Option(min=1, max=3, help="Nœuds du bus : 1, ou 3 (trois copies).")] = 1,
    only: Annotated[
        list[str] | None, typer.Option(help="Seulement cette sorte de panne (répétable).")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Un objet JSON, pour un programme.")] = False,
) -> None:
    """Tue et maltraite les programmes sous charge, puis compte l’argent de trois façons."""
    if nodes == 2:
        raise typer.BadParameter("Deux nœuds ne font pas de majorité : 1 ou 3.", param_hint="--nodes")
    if unknown := set(only or ()) - FAULTS.keys():
        raise typer.BadParameter(
            f"{', '.join(sorted(unknown))} : inconnu. Les pannes : {', '.join(FAULTS)}.", param_hint="--only"
        )
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    kinds = list(schedule(kills=kills, seed=seed, only=only or ()))
    outcome = run(kinds=kinds, seed=seed, nodes=nodes, seconds=seconds)
    if outcome.home:
        (outcome.home / "chaos.json").write_text(json.dumps(as_json(outcome), ensure_ascii=False, indent=2))
    if json_:
        typer.echo(json.dumps(as_json(outcome), ensure_ascii=False))
    else:
        print_for_people(outcome, console())
    if not outcome.is_right:
        raise typer.Exit(1)

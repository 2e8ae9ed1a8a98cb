"""`milliard investors`: draw the investors' roll of a day, list the rolls, take one as a file.

Exit codes: 0 done, 1 refused, 2 the command was misused, 3 the platform does not answer.
"""

import json
import sys
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx
import typer
from rich.table import Table

from shared.client import service_client
from shared.terminal import console

REFUSED = 1
SHOWN_OF_HASH = 12

investors = typer.Typer(
    name="investors",
    help="La liste des personnes qui ont investi ou donné, à une date.",
    no_args_is_help=True,
)
AsJson = Annotated[bool, typer.Option("--json", help="Écrire du JSON.")]


@investors.command("draw")
def draw(
    as_of: Annotated[
        datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Dernier jour pris en compte.")
    ],
    as_json: AsJson = False,
) -> None:
    """Tirer la liste d’une date. La même date, tirée de nouveau, dit ce qui change et pourquoi."""
    with service_client("pledges", timeout=None) as pledges:
        answer = pledges.post("/api/pledges/investor-rolls", json={"as_of": as_of.date().isoformat()})
        _refuse(answer)
    roll = answer.json()
    if as_json:
        typer.echo(json.dumps(roll, ensure_ascii=False, indent=2))
        return
    _show([roll])
    for change in roll["changes"]:
        what = "en plus" if change["change"] == "added" else "en moins"
        typer.echo(f"{change['count']} {what} : {change['explanation']}")
    if roll["previous_roll_id"] and not roll["changes"]:
        typer.echo("Rien ne change depuis la liste précédente de cette date.")


@investors.command("list")
def list_(as_json: AsJson = False) -> None:
    """Lister les listes tirées, les dates les plus récentes d’abord."""
    with service_client("pledges") as pledges:
        answer = pledges.get("/api/pledges/investor-rolls/complete")
        answer.raise_for_status()
    if as_json:
        typer.echo(json.dumps(answer.json(), ensure_ascii=False, indent=2))
    else:
        _show(answer.json())


@investors.command("export")
def export(
    roll: Annotated[UUID, typer.Argument(help="Identifiant de la liste (milliard investors list --json).")],
    output: Annotated[
        Path | None, typer.Option(help="Fichier à écrire ; sans lui, sur la sortie.", dir_okay=False)
    ] = None,
) -> None:
    """Écrire les personnes d’une liste en CSV : identifiant, territoire, membre ou non."""
    with (
        service_client("pledges", timeout=None) as pledges,
        pledges.stream("GET", f"/api/pledges/investor-rolls/{roll}/entries.csv") as answer,
    ):
        if answer.is_client_error:
            answer.read()
        _refuse(answer)
        part = output.with_name(f"{output.name}.part") if output else None
        with part.open("wb") if part else nullcontext(sys.stdout.buffer) as target:
            for piece in answer.iter_bytes():
                target.write(piece)
    if part and output:  # whole, or not there at all
        part.replace(output)


def _refuse(answer: httpx.Response) -> None:
    """Say what was refused, and end."""
    if answer.is_client_error:
        typer.echo(answer.json()["detail"], err=True)
        raise typer.Exit(REFUSED)
    answer.raise_for_status()


def _show(rolls: list[dict[str, Any]]) -> None:
    table = Table()
    for title in ("Arrêtée au", "Tirée le", "Personnes", "Dont membres", "Différences", "Empreinte", "Liste"):
        table.add_column(title)
    for roll in rolls:
        table.add_row(
            roll["as_of"],
            roll["drawn_at"][:16].replace("T", " "),
            str(roll["person_count"]),
            str(roll["member_count"]),
            str(roll["change_count"]) if roll["previous_roll_id"] else "",
            roll["content_hash"][:SHOWN_OF_HASH],
            roll["roll_id"],
        )
    console().print(table)

"""`milliard lanes list|pause|resume|drain|history`: the operators' hand on each lane of each service."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from shared.client import service_client
from shared.operations.asking import AsJson, OneService, ask, lane_codes, lanes_path, services_hearing
from shared.operations.lanes_changing import drain, pause, resume
from shared.terminal import console

STATES = {
    "serving": "sert",
    "paused": "en pause",
    "open": "disjoncteur ouvert",
    "half_open": "disjoncteur semi-ouvert",
    "unserved": "sans réplique",
}
CHANGES = {
    "paused": "mise en pause",
    "drained": "vidée, mise en pause",
    "resumed": "reprise",
    "breaker_opened": "disjoncteur ouvert",
    "probe_failed": "essai manqué",
    "breaker_closed": "disjoncteur refermé",
    "gained": "prise par une réplique",
    "lost": "quittée par une réplique",
}


def plug(app: typer.Typer) -> None:
    """Add the lanes' commands to `milliard`."""
    lanes = typer.Typer(help="Les files des territoires : voir, arrêter, reprendre.", no_args_is_help=True)
    lanes.command("list", help="Où en est chaque file ; code 1 si l’une d’elles ne sert pas.")(list_lanes)
    lanes.command("pause", help="Arrête des files : leurs événements attendent sur le bus.")(pause)
    lanes.command("resume", help="Reprend des files, dans l’ordre où les événements attendaient.")(resume)
    lanes.command("drain", help="Applique ce qui est publié, puis arrête.")(drain)
    lanes.command("history", help="Ce qui a changé, quand, pourquoi et par qui.")(show_history)
    app.add_typer(lanes, name="lanes")


def list_lanes(
    service: OneService = None,
    territory: Annotated[str | None, typer.Option(help="Un seul territoire.")] = None,
    all_lanes: Annotated[bool, typer.Option("--all", help="Toutes les files, calmes comprises.")] = False,
    as_json: AsJson = False,
) -> None:
    """How lanes stand in each service."""
    codes = lane_codes([territory] if territory else [])
    wanted = {"lane": codes, "every": all_lanes}
    found = []
    for name in services_hearing(service, codes):
        with service_client(name) as http:
            found.append(ask(http, "GET", lanes_path(name), params=wanted))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _show(found)
    raise typer.Exit(1 if any(row["state"] != "serving" for one in found for row in one["lanes"]) else 0)


def show_history(
    territory: Annotated[str | None, typer.Argument(metavar="TERRITOIRE", help="Un seul territoire.")] = None,
    service: OneService = None,
    leases: Annotated[bool, typer.Option("--leases", help="Avec les changements de réplique.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Nombre de lignes par service.")] = 50,
    as_json: AsJson = False,
) -> None:
    """What changed, the newest first, over all services."""
    codes = lane_codes([territory] if territory else [])
    wanted = {"leases": leases, "limit": limit} | ({"lane": codes[0]} if codes else {})
    found: list[dict[str, Any]] = []
    for name in services_hearing(service, codes):
        with service_client(name) as http:
            rows = ask(http, "GET", f"{lanes_path(name)}/history", params=wanted)
        found += [{"service": name, **row} for row in rows]
    found.sort(key=lambda row: row["at"], reverse=True)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table("Quand", "Service", "Territoire", "Changement", "Raison", "Par")
    for row in found:
        table.add_row(
            _when(row["at"]), row["service"], row["lane"], CHANGES[row["change"]], row["reason"], row["by"]
        )
    console().print(table if found else "Rien n’a changé.")


def _show(found: list[dict[str, Any]]) -> None:
    table = Table("Service", "Territoire", "État", "Depuis", "En attente", "Mis de côté", "Raison")
    for one in found:
        for row in one["lanes"]:
            table.add_row(one["service"], *_cells(row))
    if table.row_count:
        console().print(table)
    for one in found:
        if one["quiet"]:
            typer.echo(f"{one['service']} : {one['quiet']} autres files servent, rien à signaler.")


def _cells(row: dict[str, Any]) -> Iterator[str]:
    yield row["lane"]
    yield STATES[row["state"]]
    yield _when(row["since"]) if row["since"] else ""
    yield "?" if row["waiting"] is None else str(row["waiting"])
    yield str(row["parked"])
    yield row["reason"]


def _when(at: str) -> str:
    return datetime.fromisoformat(at).astimezone().strftime("%d/%m %H:%M:%S")

"""`milliard bus apply|resend`: streams and consumers as catalog and registry say; what was published, once more."""

import asyncio
import json
import os
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from shared.bus.apply import apply_topology
from shared.client import platform, service_client
from shared.events.catalog import SERVICES
from shared.operations.asking import AsJson, ask, known, lane_codes

MARK_SECONDS = 600
"""A service answers once it has marked all of it: a week of a large one is millions of rows."""

UNITS = {"min": "minutes", "h": "hours", "d": "days", "j": "days"}


def plug(app: typer.Typer) -> None:
    """Add the bus's commands to `milliard`."""
    bus = typer.Typer(help="Le bus d'événements.", no_args_is_help=True)

    @bus.callback()
    def _bus() -> None:
        pass

    bus.command("apply", help="Crée ou met à jour les flux et les consommateurs.")(apply)
    bus.command("resend", help="Republie ce que les services ont publié depuis un moment donné.")(resend)
    app.add_typer(bus, name="bus")


def apply(
    replicas: Annotated[
        int,
        typer.Option(
            min=1, max=5, envvar="MILLIARD_BUS_REPLICAS", help="Copies de chaque flux dans une grappe."
        ),
    ] = 1,
) -> None:
    """Apply the topology with the addresses of the environment, else those of the running platform."""
    applied = asyncio.run(
        apply_topology(
            url=_url("MILLIARD_TOPOLOGY_NATS_URL", "topology_nats_url"),
            personal_url=_url("MILLIARD_TOPOLOGY_PERSONAL_NATS_URL", "topology_personal_nats_url"),
            replicas=replicas,
        )
    )
    typer.echo(f"{applied} flux et consommateurs en place.")


def resend(
    since: Annotated[
        str, typer.Option("--since", help="Une durée (30min, 2h, 3j) ou une date ISO, à l'heure locale.")
    ],
    lane: Annotated[
        list[str] | None, typer.Option("--lane", help="Une file seulement (75) ; peut se répéter.")
    ] = None,
    service: Annotated[
        list[str] | None, typer.Option("--service", help="Un service seulement ; peut se répéter.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Have services publish again: for a broker put back from an older copy. Repetitions are harmless."""
    moment = moment_of(since, now=datetime.now(UTC))
    body = {"since": moment.isoformat(), "lanes": lane_codes(lane or ())}
    found: dict[str, dict[str, Any]] = {}
    for name in [known(one) for one in service or SERVICES]:
        with service_client(name, timeout=MARK_SECONDS) as http:
            found[name] = ask(http, "POST", f"/api/{name}/operations/resend", json=body)
    if as_json:
        typer.echo(json.dumps({"since": moment.isoformat(), "services": found}, ensure_ascii=False))
        return
    for name, one in found.items():
        typer.echo(f"{name} : {one['messages'] + one['refused']} événement(s) à republier.")
        if one["too_old"]:
            typer.echo(
                f"{name} : {one['too_old']} événement(s) trop ancien(s) pour être republiés sans risque."
            )
    typer.echo("Les relais les publient dans l'ordre ; « milliard status » dit ce qu'il en reste.")


def moment_of(text: str, *, now: datetime) -> datetime:
    """The moment that a person means: a duration back from now, or a date. Raises typer.BadParameter."""
    if duration := re.fullmatch(r"(\d{1,4})\s*(min|h|d|j)", text.strip()):
        return now - timedelta(**{UNITS[duration[2]]: int(duration[1])})
    try:
        moment = datetime.fromisoformat(text.strip()).astimezone(UTC)
    except ValueError:
        raise typer.BadParameter(
            f"« {text} » n'est ni une durée (30min, 2h, 3j) ni une date (2026-11-22T14:30)."
        ) from None
    if moment > now:
        raise typer.BadParameter(f"« {text} » est dans l'avenir : rien n'a été publié depuis.")
    return moment


def _url(variable: str, fact: str) -> str:
    return os.environ.get(variable) or str(platform().facts[fact])

"""Operators' commands: `milliard status`, `milliard parked list|show|replay|discard`; lanes are in `lanes_cli`.

Exit codes: 0 all is well, 1 something waits for an operator, 2 wrong usage, 3 the platform does not answer.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import httpx
import typer
from rich.table import Table

from shared.bus.topology import PERSONAL_STREAM
from shared.client import platform, service_client
from shared.events.catalog import SERVICES
from shared.operations import lanes_cli
from shared.operations.asking import AsJson, ask, known
from shared.terminal import console

ServiceName = Annotated[str, typer.Option("--service", help=f"Un service : {', '.join(SERVICES)}.")]
Position = Annotated[int, typer.Argument(help="Numéro donné par « milliard parked list ».")]

OLD_WAIT = timedelta(minutes=10)
"""A cause is on its way for seconds; one that is missing longer is probably lost."""

OLD_BACKLOG_SECONDS = 60
"""An outbox that waits longer than this has a broker, or a lane, that does not take it."""


def plug(app: typer.Typer) -> None:
    """Add the operators' commands to `milliard`."""
    app.command("status", help="Où en sont les services et leurs files ; code 1 si quelque chose attend.")(
        status
    )
    parked = typer.Typer(help="Les événements mis de côté.", no_args_is_help=True)
    parked.command("list", help="Les liste, les plus anciens d'abord.")(list_parked)
    parked.command("show", help="Montre un événement entier et son histoire.")(show_parked)
    parked.command("replay", help="Le rejoue, avec ceux de sa clé qui attendent derrière.")(replay_parked)
    parked.command("discard", help="L'écarte pour de bon, avec une raison.")(discard_parked)
    app.add_typer(parked, name="parked")
    lanes_cli.plug(app)


def status(
    as_json: AsJson = False,
    all_lanes: Annotated[bool, typer.Option("--all", help="Toutes les files.")] = False,
) -> None:
    """How every service and lane stands: pending, redelivered, parked, breaker, relay backlog."""
    services = []
    for name in SERVICES:
        try:
            with service_client(name) as http:
                services.append(ask(http, "GET", f"/api/{name}/operations/status"))
        except httpx.TransportError as error:
            services.append({"service": name, "unreachable": type(error).__name__})
    lanes = {name: list(_lanes(name, services)) for name in SERVICES}
    attention = [sentence for one in services for sentence in _attention(one)]
    if as_json:
        typer.echo(
            json.dumps({"services": services, "lanes": lanes, "attention": attention}, ensure_ascii=False)
        )
    else:
        _show(services, lanes, attention, all_lanes=all_lanes)
    raise typer.Exit(1 if attention else 0)


def _lanes(service: str, services: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The lanes of a service: what the broker counts, and what the service says of them."""
    said = next((one for one in services if one["service"] == service), {})
    parked: dict[str, int] = {}
    for row in said.get("parked", ()):
        parked[row["territory"]] = parked.get(row["territory"], 0) + row["events"]
    breakers = {row["territory"]: row["state"] for row in said.get("breakers", ())}
    for stream, consumer in _consumers():
        if consumer["name"] != service:
            continue
        lane = stream.removeprefix("T-")
        yield {
            "lane": lane,
            "pending": consumer["num_pending"] + consumer["num_ack_pending"],
            "redelivered": consumer["num_redelivered"],
            "parked": parked.get(lane, 0),
            "breaker": breakers.get(lane, "closed"),
        }


def _consumers() -> list[tuple[str, dict[str, Any]]]:
    """Every consumer with its stream, as the broker's monitoring counts them."""
    answer = httpx.get(
        f"{platform().facts['monitor_url']}/jsz", params={"accounts": "true", "consumers": "true"}, timeout=10
    )
    return [
        (stream["name"], consumer)
        for account in answer.raise_for_status().json().get("account_details", ())
        for stream in account.get("stream_detail", ())
        for consumer in stream.get("consumer_detail") or ()
        if stream["name"].startswith("T-") or stream["name"] == PERSONAL_STREAM
    ]


def _attention(service: dict[str, Any]) -> Iterator[str]:
    """One sentence for each thing that waits for an operator."""
    name = service["service"]
    if "unreachable" in service:
        yield f"{name} ne répond pas : lisez son journal, logs/{name}.log dans MILLIARD_HOME."
        return
    if service["relay"]["oldest_seconds"] > OLD_BACKLOG_SECONDS:
        yield f"{name} : {service['relay']['backlog']} événements attendent d'être publiés depuis plus d'une minute."
    if service["relay"]["refused"]:
        yield (
            f"{name} : {service['relay']['refused']} événement(s) que le bus ne peut pas prendre (table"
            " refused_messages, avec la raison) : après correction, « milliard bus resend --since 1min »."
        )
    for row in service["parked"]:
        if row["status"] in ("failed", "invalid"):
            yield (
                f"{name}, territoire {row['territory']} : {row['events']} événement(s) mis de côté"
                f" ({row['status']}) : « milliard parked list --service {name} »."
            )
        elif datetime.fromisoformat(row["since"]) < datetime.now(UTC) - OLD_WAIT:
            yield (
                f"{name}, territoire {row['territory']} : {row['events']} événement(s) en attente depuis plus de"
                f" dix minutes ({row['status']}) : « milliard parked list --service {name} »."
            )
    for row in service["breakers"]:
        yield f"{name}, territoire {row['territory']} : disjoncteur {row['state']} ({row['reason']})."
    for row in service["paused"]:
        yield (
            f"{name}, territoire {row['territory']} : file en pause ({row['because']}) :"
            f" « milliard lanes resume {row['territory']} --service {name} »."
        )
    if service["lanes"]["served"] < service["lanes"]["known"]:
        yield f"{name} : {service['lanes']['served']} files servies sur {service['lanes']['known']}."


def _show(
    services: list[dict[str, Any]],
    lanes: dict[str, list[dict[str, Any]]],
    attention: list[str],
    *,
    all_lanes: bool,
) -> None:
    out = console()
    table = Table("Service", "Files", "En attente", "Relivrés", "Mis de côté", "Disjoncteurs", "À publier")
    for one in services:
        found = lanes[one["service"]]
        table.add_row(
            one["service"],
            f"{one['lanes']['served']}/{one['lanes']['known']}" if "lanes" in one else "absent",
            str(sum(lane["pending"] for lane in found)),
            str(sum(lane["redelivered"] for lane in found)),
            str(sum(lane["parked"] for lane in found)),
            str(len(one.get("breakers", ()))),
            str(one["relay"]["backlog"]) if "relay" in one else "?",
        )
    out.print(table)
    busy = Table("Service", "Territoire", "En attente", "Relivrés", "Mis de côté", "Disjoncteur")
    for name, found in lanes.items():
        for lane in found:
            if (
                all_lanes
                or lane["pending"]
                or lane["redelivered"]
                or lane["parked"]
                or lane["breaker"] != "closed"
            ):
                busy.add_row(
                    name,
                    lane["lane"],
                    str(lane["pending"]),
                    str(lane["redelivered"]),
                    str(lane["parked"]),
                    lane["breaker"],
                )
    if busy.row_count:
        out.print(busy)
    for sentence in attention:
        out.print(f"! {sentence}")
    if not attention:
        out.print("Tout va bien.")


def list_parked(
    service: Annotated[str | None, typer.Option("--service", help="Un seul service.")] = None,
    territory: Annotated[str | None, typer.Option(help="Un seul territoire.")] = None,
    as_json: AsJson = False,
) -> None:
    """Parked events of all services, or of one."""
    found: list[dict[str, Any]] = []
    for name in (service,) if service else SERVICES:
        with service_client(known(name)) as http:
            rows = ask(
                http,
                "GET",
                f"/api/{name}/operations/parked",
                params={"territory": territory} if territory else {},
            )
            found += [{"service": name, **row} for row in rows]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    elif not found:
        typer.echo("Aucun événement mis de côté.")
    else:
        table = Table("Service", "Numéro", "Territoire", "État", "Sujet", "Raison")
        for row in found:
            table.add_row(
                row["service"],
                str(row["position"]),
                row["territory"],
                row["status"],
                row["subject"],
                row["reason"],
            )
        console().print(table)
    raise typer.Exit(1 if found else 0)


def show_parked(position: Position, service: ServiceName, as_json: AsJson = False) -> None:
    """One parked event: for people over several lines, for programs (`--json`) on one."""
    with service_client(known(service)) as http:
        found = ask(http, "GET", f"/api/{service}/operations/parked/{position}")
    typer.echo(json.dumps(found, ensure_ascii=False, indent=None if as_json else 2))


def replay_parked(position: Position, service: ServiceName, as_json: AsJson = False) -> None:
    """Replay one key."""
    with service_client(known(service)) as http:
        found = ask(http, "POST", f"/api/{service}/operations/parked/{position}/replay")
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    elif found["stopped"]:
        typer.echo(f"{found['applied']} événement(s) rejoué(s), puis : {found['stopped']}")
    else:
        typer.echo(f"{found['applied']} événement(s) rejoué(s), plus rien n'attend sur cette clé.")
    raise typer.Exit(1 if found["stopped"] else 0)


def discard_parked(
    position: Position,
    service: ServiceName,
    because: Annotated[str, typer.Option("--because", help="Pourquoi il ne sera jamais appliqué.")],
    as_json: AsJson = False,
) -> None:
    """Discard one event."""
    with service_client(known(service)) as http:
        found = ask(
            http, "POST", f"/api/{service}/operations/parked/{position}/discard", json={"because": because}
        )
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        typer.echo(f"Événement {position} écarté ; il reste consultable dans discarded_events.")

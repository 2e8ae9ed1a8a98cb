"""`milliard bus apply`: make streams and consumers what catalog and registry say; safe at any time."""

import asyncio
import os
from typing import Annotated

import typer

from shared.bus import topology
from shared.bus.connection import connect
from shared.client import platform


def plug(app: typer.Typer) -> None:
    """Add the bus's commands to `milliard`."""
    bus = typer.Typer(help="Le bus d'événements.", no_args_is_help=True)

    @bus.callback()
    def _bus() -> None:
        pass

    bus.command("apply", help="Crée ou met à jour les flux et les consommateurs.")(apply_topology)
    app.add_typer(bus, name="bus")


def apply_topology(
    replicas: Annotated[int, typer.Option(min=1, max=5, help="Copies de chaque flux dans une grappe.")] = 1,
) -> None:
    """Apply the topology with the addresses of the environment, else those of the running platform."""
    applied = asyncio.run(_apply(replicas))
    typer.echo(f"{applied} flux et consommateurs en place.")


async def _apply(replicas: int) -> int:
    client = await connect(
        _url("MILLIARD_TOPOLOGY_NATS_URL", "topology_nats_url"), service="topology", name="apply"
    )
    personal = await connect(
        _url("MILLIARD_TOPOLOGY_PERSONAL_NATS_URL", "topology_personal_nats_url"),
        service="topology",
        name="apply-personal",
    )
    try:
        return await topology.apply(client, personal, replicas=replicas)
    finally:
        await client.close()
        await personal.close()


def _url(variable: str, fact: str) -> str:
    return os.environ.get(variable) or str(platform().facts[fact])

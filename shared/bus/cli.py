"""`milliard bus apply`: make streams and consumers what catalog and registry say; safe at any time."""

import asyncio
import os
from typing import Annotated

import typer

from shared.bus.apply import apply_topology
from shared.client import platform


def plug(app: typer.Typer) -> None:
    """Add the bus's commands to `milliard`."""
    bus = typer.Typer(help="Le bus d'événements.", no_args_is_help=True)

    @bus.callback()
    def _bus() -> None:
        pass

    bus.command("apply", help="Crée ou met à jour les flux et les consommateurs.")(apply)
    app.add_typer(bus, name="bus")


def apply(
    replicas: Annotated[int, typer.Option(min=1, max=5, help="Copies de chaque flux dans une grappe.")] = 1,
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


def _url(variable: str, fact: str) -> str:
    return os.environ.get(variable) or str(platform().facts[fact])

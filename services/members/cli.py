"""Operator commands of members: `milliard members …`."""

import json
from typing import Annotated

import typer

from shared.client import service_client

REFUSED = 1
"""Exit code when members answered and refused; the sentence says why."""


def plug(app: typer.Typer) -> None:
    """Add the commands of members to `milliard`."""
    members = typer.Typer(help="Les membres et leurs rôles.", no_args_is_help=True)
    app.add_typer(members, name="members")

    @members.callback()
    def _group() -> None:
        pass

    @members.command()
    def operator(
        email: Annotated[str, typer.Argument(help="Adresse de courriel de la personne.", metavar="ADRESSE")],
        name: Annotated[str, typer.Option("--name", help="Nom par lequel la saluer.")],
        as_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
    ) -> None:
        """Nomme l'une des deux premières personnes opératrices nationales."""
        with service_client("members") as http:
            answer = http.post("/api/members/founding-operators", json={"email": email, "name": name})
        if answer.is_error:
            typer.echo(answer.json().get("detail", "La demande a été refusée."), err=True)
            raise typer.Exit(REFUSED)
        if as_json:
            typer.echo(json.dumps(answer.json()))
            return
        typer.echo(f"{name} peut maintenant se connecter avec cette adresse et attribuer des rôles.")
        typer.echo("Il faut deux personnes opératrices pour attribuer un rôle qui touche à l'argent.")

"""The commands `milliard up` and `milliard down`."""

import os
from typing import Annotated

import typer

from deploy.local.commands import Commands
from deploy.local.display import display_for_terminal
from deploy.local.errors import PlatformError
from deploy.local.home import AlreadyRunning, Home
from deploy.local.settings import Settings
from deploy.local.up import run_platform


def plug(app: typer.Typer) -> None:
    """Add both commands to `milliard`."""
    app.command()(up)
    app.command()(down)


def up(
    empty: Annotated[bool, typer.Option("--empty", help="Sans la campagne d’exemple.")] = False,
    port: Annotated[int | None, typer.Option(help="Le port de la page (MILLIARD_PORT, sinon 8080).")] = None,
    no_display: Annotated[
        bool, typer.Option("--no-display", help="Des lignes simples plutôt qu’un affichage animé.")
    ] = False,
) -> None:
    """Démarre toute la plateforme sur cette machine, jusqu’à Ctrl-C."""
    os.umask(0o077)  # everything in the home is its owner's; what others may pass is opened by name
    try:
        run_platform(
            home=Home.of_environment(),
            settings=Settings.of_environment(port=port),
            commands=Commands.of_this_repository(),
            display=display_for_terminal(plain=no_display),
            empty=empty,
        )
    except AlreadyRunning as running:
        typer.echo(str(running))
        raise typer.Exit(0 if running.is_live else 1) from running
    except PlatformError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def down() -> None:
    """Arrête la plateforme qui tourne sur cette machine."""
    home = Home.of_environment()
    try:
        stopped = home.stop_launcher()
    except PlatformError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo("La plateforme est arrêtée." if stopped else f"Aucune plateforme ne tourne dans {home.path}.")

"""The command `milliard`: each part of the platform plugs its own commands in (entry points `milliard.commands`)."""

import sys
from importlib.metadata import entry_points

import httpx
import typer

from shared.client import PlatformUnreachable

UNREACHABLE = 3
"""Exit code when the platform, or the part of it that was asked, does not answer."""


def build() -> typer.Typer:
    """The root application with everything that is installed plugged in."""
    app = typer.Typer(
        name="milliard",
        help="L'Opération Milliard, en ligne de commande.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )

    @app.callback()
    def _root() -> None:
        pass

    for plug in sorted(entry_points(group="milliard.commands"), key=lambda point: point.name):
        plug.load()(app)
    return app


def main() -> None:
    """Run a command; an unreachable platform is one sentence and exit code 3, not a traceback."""
    try:
        build()()
    except PlatformUnreachable as error:
        typer.echo(str(error), err=True)
        sys.exit(UNREACHABLE)
    except httpx.TransportError as error:
        typer.echo(
            f"Le service ne répond pas ({type(error).__name__}) : la plateforme démarre ou s'arrête ; réessayez.",
            err=True,
        )
        sys.exit(UNREACHABLE)

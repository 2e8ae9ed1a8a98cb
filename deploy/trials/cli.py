"""`milliard bench` and `milliard chaos`."""

import typer

from deploy.trials.bench import cli as bench
from deploy.trials.chaos.cli import chaos


def plug(app: typer.Typer) -> None:
    """Add both to `milliard`."""
    app.add_typer(bench.app, name="bench")
    app.command("chaos")(chaos)

"""Commands of pledges, plugged into `milliard`."""

import typer

from services.pledges.cli.bank import bank


def plug(app: typer.Typer) -> None:
    """Add `milliard bank`."""
    app.add_typer(bank)

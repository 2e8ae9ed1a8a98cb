"""Commands of pledges, plugged into `milliard`."""

import typer

from services.pledges.cli.bank import bank
from services.pledges.cli.debits import debits
from services.pledges.cli.investors import investors
from services.pledges.cli.pledges import pledges
from services.pledges.cli.receipts import receipts


def plug(app: typer.Typer) -> None:
    """Add `milliard bank`, `debits`, `investors`, `pledges` and `receipts`."""
    for commands in (bank, debits, investors, pledges, receipts):
        app.add_typer(commands)

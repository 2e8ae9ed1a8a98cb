"""What operators watch of the ledger beside its lanes: the figures, and statements that are not proved."""

from dataclasses import asdict
from datetime import timedelta

from services.ledger.queries.progress import figures_of
from services.ledger.repository.closings import unproved_statements
from shared.database import Work
from shared.telemetry import instruments as shown

FIGURES = ("promised", "received", "local_currency", "disbursed")


async def show_progress(work: Work) -> None:
    """The four figures of every territory that has one."""
    by_territory = {code: asdict(found) for code, found in (await figures_of(work)).items()}
    shown.PROGRESS.show(
        (amount, {"territory": code, "figure": figure})
        for code, found in by_territory.items()
        for figure in FIGURES
        if (amount := found[f"{figure}_minor"])
    )


async def show_unproved(work: Work) -> None:
    """How many statements that began before today are not proved: what a bank says of today may still be on its way."""
    shown.UNPROVED.show([(await unproved_statements(work, work.today - timedelta(days=1)), {})])

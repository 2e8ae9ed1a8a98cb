"""Tells everybody the four figures of territories that have moved, and the milestones that they reached."""

from collections.abc import Collection, Mapping

from services.ledger.domain.milestones import percents_reached
from services.ledger.queries.progress import Figures, figures_of
from services.ledger.repository.milestones import add_milestones
from shared.database import Work
from shared.events.ledger import MilestoneReached, ProgressAdvanced
from shared.values import NATIONAL


async def tell_progress(work: Work, territories: Collection[str]) -> Mapping[str, Figures]:
    """One event for each territory; returns the figures of all. The national lane has none: it is no territory."""
    figures = await figures_of(work)
    for territory in territories:
        if territory == NATIONAL:
            continue
        found = figures[territory]
        work.record(
            ProgressAdvanced(
                territory=territory,
                promised_minor=found.promised_minor,
                received_minor=found.received_minor,
                local_currency_minor=found.local_currency_minor,
                disbursed_minor=found.disbursed_minor,
                currency="EUR",
                converted_minor=found.converted_minor,
            )
        )
    return figures


async def tell_milestones(
    work: Work, territories: Collection[str], figures: Mapping[str, Figures], *, target_minor: int
) -> None:
    """One event for each milestone that the proved money of these brings, and that was not reached before."""
    received_minor = sum(found.received_minor for found in figures.values())
    reached = [(NATIONAL, percent) for percent in percents_reached(received_minor, target_minor)]
    reached += [(territory, 0) for territory in territories if figures[territory].received_minor > 0]
    for territory, percent in await add_milestones(work, reached):
        work.record(MilestoneReached(territory=territory, percent=percent, reached_at=work.now))

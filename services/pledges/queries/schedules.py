"""Reads of schedules."""

from services.pledges.domain.schedule import Instalment, Kind, Schedule
from services.pledges.queries.pledges import PledgeView
from shared.database import Work


async def schedule_of(work: Work, pledge: PledgeView) -> Schedule:
    """The schedule of a pledge that was just read; one that is paid once has it in its own row."""
    if pledge.schedule is Kind.ONCE:
        return Schedule(Kind.ONCE, (Instalment(1, pledge.due_on, pledge.amount_minor),))
    rows = await work.execute(
        """
        select number, due_on, amount_minor from instalments
        where territory = :territory and pledge_id = :pledge_id order by number
        """,
        territory=pledge.territory,
        pledge_id=pledge.pledge_id,
    )
    return Schedule(pledge.schedule, tuple(Instalment(*row) for row in rows))

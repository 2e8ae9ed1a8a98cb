"""Keeps what projects need, territory by territory, to show it beside what savers say they would bring."""

from collections.abc import Sequence

from services.pledges.repository.needs import add_needs
from shared.database import Work
from shared.events.projects import NeedApproved


async def keep_needs(work: Work, approved: Sequence[NeedApproved]) -> None:
    await add_needs(work, approved)

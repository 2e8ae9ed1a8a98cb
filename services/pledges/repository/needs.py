"""The projection of approved needs."""

from collections.abc import Sequence

from shared.database import Work
from shared.events.projects import NeedApproved


async def add_needs(work: Work, approved: Sequence[NeedApproved]) -> None:
    """Keep each need once; one that is known stays as it is."""
    await work.execute(
        """
        insert into approved_needs (territory, need_id, family, amount_minor, currency, approved_on)
        select * from unnest(cast(:territories as text[]), cast(:ids as uuid[]), cast(:families as text[]),
            cast(:amounts as bigint[]), cast(:currencies as text[]), cast(:days as date[]))
        on conflict on constraint pk_approved_needs do nothing
        """,
        territories=[event.territory for event in approved],
        ids=[event.need_id for event in approved],
        families=[event.family.value for event in approved],
        amounts=[event.amount_minor for event in approved],
        currencies=[event.currency for event in approved],
        days=[event.approved_on for event in approved],
    )

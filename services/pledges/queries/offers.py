"""What is offered under conditions, and what givers wish, for everybody: by groups of three people and more."""

from pydantic import BaseModel

from services.pledges.domain.conditions import ConditionKind
from services.pledges.domain.disclosure import Group, Offer, published
from shared.database import Work


class OfferedGroup(BaseModel):
    """A group: a territory, a theme or a kind of support; empty for all small groups together.

    Figures are null where fewer than three people stand behind them. What is triggered is a part of what is offered.
    """

    code: str
    people: int | None
    offered_minor: int | None
    triggered_minor: int | None
    remaining_minor: int | None


class OffersView(BaseModel):
    """Open conditions by territory, and wishes over all of France. Amounts in cents."""

    currency: str = "EUR"
    match_funding: list[OfferedGroup]
    thresholds: list[OfferedGroup]
    wished_themes: list[OfferedGroup]
    wished_instruments: list[OfferedGroup]


async def offers(work: Work) -> OffersView:
    """Every group of which anything is offered or wished."""
    return OffersView(
        match_funding=await _conditions(work, ConditionKind.MATCH_FUNDING),
        thresholds=await _conditions(work, ConditionKind.THRESHOLD),
        wished_themes=await _wishes(work, "theme"),
        wished_instruments=await _wishes(work, "instrument"),
    )


async def _conditions(work: Work, kind: ConditionKind) -> list[OfferedGroup]:
    rows = await work.execute(
        """
        select c.territory, p.person_id, sum(c.amount_minor)::bigint, sum(c.triggered_minor)::bigint
        from conditions c join pledges p using (pledge_id)
        where c.closed_on is null and c.kind = :kind group by c.territory, p.person_id
        """,
        kind=kind,
    )
    return [_shown(group) for group in published(Offer._make(row) for row in rows)]


async def _wishes(work: Work, of: str) -> list[OfferedGroup]:
    """What is promised with a wish: no letter of intent, nothing that was released or that no condition triggered."""
    rows = await work.execute(
        f"""
        select e.{of}, p.person_id, sum(coalesce(c.triggered_minor, p.amount_minor) - p.released_minor)::bigint, 0
        from earmarks e join pledges p using (pledge_id) left join conditions c using (pledge_id)
        where e.{of} is not null and p.commitment <> 'letter_of_intent'
        group by e.{of}, p.person_id
        having sum(coalesce(c.triggered_minor, p.amount_minor) - p.released_minor) > 0
        """  # noqa: S608 - the name of a column
    )
    return [_shown(group) for group in published(Offer._make(row) for row in rows)]


def _shown(group: Group) -> OfferedGroup:
    offered, triggered = group.offered_minor, group.triggered_minor
    return OfferedGroup(
        code=group.key,
        people=group.people,
        offered_minor=offered,
        triggered_minor=triggered,
        remaining_minor=None if offered is None or triggered is None else offered - triggered,
    )

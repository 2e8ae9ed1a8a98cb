"""Reads of conditions and wishes, as whoever knows a pledge's id may see them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.conditions import ConditionKind, ConditionState, ConditionTerms, closes_after
from services.pledges.domain.earmark import Earmark, Instrument
from shared.database import Work
from shared.web.numbers import date_fr, euros


class ConditionView(BaseModel):
    """The condition of a pledge. `due_minor` is what was triggered and is not paid; `progress` says it in French."""

    kind: ConditionKind
    state: ConditionState
    is_everywhere: bool
    from_on: date
    until_on: date
    ratio_basis_points: int | None
    target_minor: int | None
    triggered_minor: int
    counted_minor: int | None
    due_minor: int
    closed_on: date | None
    progress: str


class EarmarkView(BaseModel):
    """What the giver wishes."""

    theme: str | None
    need_id: UUID | None
    instrument: Instrument | None


class ConditionAndWish(BaseModel):
    """What a pledge says beside its amount; most say nothing."""

    condition: ConditionView | None = None
    earmark: EarmarkView | None = None


async def condition_and_wish_of(work: Work, pledge_id: UUID) -> ConditionAndWish:
    """The condition and the wish of a pledge."""
    found = await work.execute(
        """
        select c.kind, c.state, c.is_everywhere, c.from_on, c.until_on, c.ratio_basis_points, c.target_minor,
            c.triggered_minor, c.counted_minor, c.closed_on, p.amount_minor,
            greatest(c.triggered_minor - p.received_minor + p.returned_minor, 0) as due_minor,
            e.pledge_id is not null as is_earmarked, e.theme, e.need_id, e.instrument
        from pledges p left join conditions c using (pledge_id) left join earmarks e using (pledge_id)
        where p.pledge_id = :id
        """,
        id=pledge_id,
    )
    row = dict(found.mappings().one())
    return ConditionAndWish(
        condition=ConditionView.model_validate(row | {"progress": progress(row, today=work.today)})
        if row["kind"]
        else None,
        earmark=EarmarkView.model_validate(row) if row["is_earmarked"] else None,
    )


async def promised_condition(work: Work, pledge_id: UUID) -> tuple[ConditionTerms | None, Earmark | None]:
    """The condition and the wish of a pledge as they were promised."""
    found = await condition_and_wish_of(work, pledge_id)
    condition, earmark = found.condition, found.earmark
    return (
        ConditionTerms(**condition.model_dump(include=set(ConditionTerms._fields))) if condition else None,
        Earmark(**earmark.model_dump()) if earmark else None,
    )


def progress(condition: Mapping[str, Any], *, today: date) -> str:
    """How far a condition (a row with its pledge's amount) is, in one French sentence."""
    amount, triggered = condition["amount_minor"], condition["triggered_minor"]
    if triggered == amount:
        return f"La condition est remplie\u00a0: les {euros(amount)} sont déclenchés."
    done = _done(condition)
    ending = f"jusqu’au {date_fr(condition['until_on'])}"
    if condition["closed_on"] is not None:
        rest = "le reste n’est plus promis" if triggered else "rien n’est plus promis"
        return f"{done}\u00a0; {rest} depuis le {date_fr(condition['closed_on'])}."
    if today > condition["until_on"]:
        last = date_fr(closes_after(condition["until_on"]))
        return (
            f"{done}\u00a0; c’est fini, mais des relevés de la banque peuvent encore arriver jusqu’au {last}."
        )
    if today < condition["from_on"]:
        return f"{done}\u00a0; les versements comptent à partir du {date_fr(condition['from_on'])}, {ending}."
    return f"{done}\u00a0; il reste {ending}."


def _done(condition: Mapping[str, Any]) -> str:
    if condition["kind"] == ConditionKind.THRESHOLD:
        counted = max(condition["counted_minor"] or 0, 0)
        return f"{euros(counted)} reçus sur les {euros(condition['target_minor'])} à atteindre"
    if condition["triggered_minor"]:
        return f"{euros(condition['triggered_minor'])} déclenchés sur {euros(condition['amount_minor'])}"
    return f"Rien n’est déclenché sur {euros(condition['amount_minor'])}"

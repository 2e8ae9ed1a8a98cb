"""Pledges that come near a detail of a sum, for a person to choose: never a decision."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.matching import Texts, candidate_references
from services.pledges.domain.references import near_misses
from services.pledges.queries.bank_line import pledges_bearing
from services.pledges.queries.pledges import PLEDGES_WITHOUT_PERSON, PledgeView
from shared.database import Work

MOST_SUGGESTED = 3
"""Pledges proposed beside one detail: more would be a search, which has a page of its own."""


class Suggested(StrEnum):
    """Why a pledge is proposed for a detail: never a decision."""

    NAMED = "named"
    MISTYPED = "mistyped"
    SAME_AMOUNT = "same_amount"


SUGGESTED_BECAUSE = {
    Suggested.NAMED: "nommée",
    Suggested.MISTYPED: "à une faute de frappe près",
    Suggested.SAME_AMOUNT: "du même montant",
}


class Suggestion(BaseModel):
    """A pledge that a detail may be meant for."""

    why: Suggested
    pledge: PledgeView

    @property
    def because(self) -> str:
        return SUGGESTED_BECAUSE[self.why]


class Detail(Texts, Protocol):
    """What pledges are looked for."""

    @property
    def detail_id(self) -> UUID: ...

    @property
    def amount_minor(self) -> int: ...


async def suggest_pledges(work: Work, details: Sequence[Detail]) -> dict[UUID, list[Suggestion]]:
    """Of each detail, the pledges that it names, that are one slip away from it, or that are of its amount."""
    named = {one.detail_id: [read.reference for read in candidate_references(one)] for one in details}
    near = {
        one.detail_id: [
            reference
            for text in (one.structured_reference, one.remittance_text, one.end_to_end_id)
            if text
            for reference in near_misses(text)
        ]
        for one in details
    }
    wanted = {reference for found in (*named.values(), *near.values()) for reference in found}
    known = {pledge.reference: pledge for pledge in await pledges_bearing(work, list(wanted))}
    same = await _of_amounts(work, {one.amount_minor for one in details})
    suggestions: dict[UUID, list[Suggestion]] = {}
    for one in details:
        proposed: dict[UUID, Suggestion] = {}
        for why, pledges in (
            (Suggested.NAMED, [known[reference] for reference in named[one.detail_id] if reference in known]),
            (
                Suggested.MISTYPED,
                [known[reference] for reference in near[one.detail_id] if reference in known],
            ),
            (Suggested.SAME_AMOUNT, same.get(one.amount_minor, [])),
        ):
            for pledge in pledges:
                proposed.setdefault(pledge.pledge_id, Suggestion(why=why, pledge=pledge))
        suggestions[one.detail_id] = list(proposed.values())[:MOST_SUGGESTED]
    return suggestions


async def _of_amounts(work: Work, amounts: set[int]) -> dict[int, list[PledgeView]]:
    """The newest pledges of each amount."""
    found = await work.execute(
        f"""
        select pledge.* from unnest(cast(:amounts as bigint[])) as wanted (amount_minor)
        cross join lateral (
            {PLEDGES_WITHOUT_PERSON} where pledges.amount_minor = wanted.amount_minor
            order by made_at desc, pledge_id desc limit :limit
        ) as pledge
        """,  # noqa: S608 - SQL of the code
        amounts=list(amounts),
        limit=MOST_SUGGESTED,
    )
    same: dict[int, list[PledgeView]] = {}
    for row in found.mappings():
        same.setdefault(row["amount_minor"], []).append(PledgeView.model_validate(dict(row)))
    return same

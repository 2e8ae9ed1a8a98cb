"""How a condition or a wish is written in JSON, and what is offered under conditions in all."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.domain.conditions import (
    LARGEST_RATIO,
    LARGEST_TARGET_MINOR,
    LEAST_RATIO,
    ConditionTerms,
    match_funding_terms,
    threshold_terms,
)
from services.pledges.domain.earmark import Earmark, earmark_of
from services.pledges.queries.offers import OffersView, offers
from shared.identity import anyone
from shared.runtime import Transaction

router = APIRouter(tags=["promesses"])


class NewMatchFunding(BaseModel):
    """So much for each euro that others pay; 10 000 basis points are one for one. `from_on`: tomorrow by default.

    `is_everywhere`: payments of every territory count, else those of the pledge's. The pledge's amount is the most.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["match_funding"]
    ratio_basis_points: Annotated[int, Field(ge=LEAST_RATIO, le=LARGEST_RATIO, strict=True)]
    is_everywhere: bool = False
    from_on: date | None = None
    until_on: date

    def terms(self, *, today: date) -> ConditionTerms:
        """Raises ConditionRefused."""
        return match_funding_terms(
            ratio_basis_points=self.ratio_basis_points,
            is_everywhere=self.is_everywhere,
            from_on=self.from_on,
            until_on=self.until_on,
            today=today,
        )


class NewThreshold(BaseModel):
    """The whole pledge, once so much was received by the last day, in its territory or everywhere."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["threshold"]
    target_minor: Annotated[int, Field(gt=0, le=LARGEST_TARGET_MINOR, strict=True)]
    is_everywhere: bool = False
    until_on: date

    def terms(self, *, today: date) -> ConditionTerms:
        """Raises ConditionRefused."""
        return threshold_terms(
            target_minor=self.target_minor,
            is_everywhere=self.is_everywhere,
            until_on=self.until_on,
            today=today,
        )


NewCondition = Annotated[NewMatchFunding | NewThreshold, Field(discriminator="kind")]


class NewEarmark(BaseModel):
    """What the giver wishes the money to be for: it is shown and added up, and binds nobody."""

    model_config = ConfigDict(extra="forbid")

    theme: Annotated[str | None, Field(max_length=40)] = None
    need_id: UUID | None = None
    instrument: Annotated[str | None, Field(max_length=40)] = None

    def wish(self) -> Earmark | None:
        """Raises UnknownTheme, UnknownInstrument."""
        return earmark_of(theme=self.theme, need_id=self.need_id, instrument=self.instrument)


@router.get("/offers", dependencies=[anyone()])
async def show_offers(response: Response, work: Transaction) -> OffersView:
    """What is offered under conditions, by territory, and what givers wish: sums of three people or more."""
    response.headers["Cache-Control"] = "no-cache"
    return await offers(work)

"""How a pledge is paid, as JSON: what may be chosen."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.pledges.domain.schedule import Every
from services.pledges.domain.terms import Monthly, Once, Parts, Terms


class OnceTerms(BaseModel):
    """All of it by one date."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["once"]
    due_on: date

    def terms(self) -> Terms:
        return Once(self.due_on)


class InstalmentsTerms(BaseModel):
    """The amount shared into equal parts, the extra cents first."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["instalments"]
    count: Annotated[int, Field(strict=True, ge=1, le=60)]
    first_on: date
    every: Every = Every.MONTH

    def terms(self) -> Terms:
        return Parts(self.count, self.first_on, self.every)


class MonthlyTerms(BaseModel):
    """The amount each month, from a first date until a last one at most."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["monthly"]
    first_on: date
    last_on: date

    def terms(self) -> Terms:
        return Monthly(self.first_on, self.last_on)


ChosenTerms = Annotated[OnceTerms | InstalmentsTerms | MonthlyTerms, Field(discriminator="kind")]

"""What is published of those who answered the survey and of those who gave: counts, never persons."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.events.contract import Audience, Count, Event, TerritoryCode


class SurveyPublished(Event, publisher="pledges", audience=Audience.PUBLIC):
    """Results of the savers' survey were published, national lane: at `/api/pledges/survey/restitutions/{id}`."""

    restitution_id: UUID
    questionnaire: str
    responses: Count
    published_at: AwareDatetime

    @property
    def key(self) -> str:
        return self.questionnaire


class PersonsInTerritory(BaseModel):
    """How many persons of a territory are on a roll: ten at least."""

    model_config = ConfigDict(frozen=True)

    territory: TerritoryCode
    person_count: Count


class InvestorRollDrawn(Event, publisher="pledges", audience=Audience.PUBLIC):
    """The roll of those who had invested or given by the end of `as_of` was frozen, national lane.

    Fewer than ten persons are not counted: `person_count` is null then, and `counts` leave out their territory, and
    others from which they could be found, by comparing with an earlier roll too. `content_hash` is the SHA-256 of the
    roll's file. `previous_roll_id` is the roll of the same day that it follows.
    """

    roll_id: UUID
    as_of: date
    drawn_at: AwareDatetime
    person_count: Count | None
    counts: tuple[PersonsInTerritory, ...]
    content_hash: str
    previous_roll_id: UUID | None = None

    @property
    def key(self) -> str:
        return str(self.roll_id)

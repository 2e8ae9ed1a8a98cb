"""Reads of the survey: one person's answers, and the free texts of all, without a way back to whose they are."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel

from shared.database import Work

PAGE_TEXTS = 50
"""Texts that one sits down to read."""


class ResponseView(BaseModel):
    """A person's answers, as whoever knows their id may see them; a member's name is in no service but members."""

    response_id: UUID
    version: str
    by_member: bool
    answers: dict[str, tuple[str, ...]]
    consent_version: str
    consented_at: datetime
    completed_at: datetime | None


async def response_by_id(work: Work, response_id: UUID) -> ResponseView | None:
    found = await work.execute(
        """
        select response_id, version, person_id is not null as by_member, consent_version, consented_at, completed_at,
            answers || coalesce((
                select jsonb_object_agg(question_id, jsonb_build_array(content)) from survey_texts
                where survey_texts.response_id = survey_responses.response_id
            ), '{}') as answers
        from survey_responses where response_id = :id
        """,
        id=response_id,
    )
    row = found.mappings().first()
    return ResponseView.model_validate(dict(row)) if row else None


async def response_of_member(work: Work, *, version: str, person_id: UUID) -> UUID | None:
    """The id of the answers that a member began under a version."""
    found = await work.execute(
        "select response_id from survey_responses where version = :version and person_id = :person",
        version=version,
        person=person_id,
    )
    response_id: UUID | None = found.scalar()
    return response_id


class FreeTexts(NamedTuple):
    """A page of texts, and behind which id the next one begins, None at the end."""

    texts: list[str]
    next: UUID | None


async def free_texts(work: Work, *, version: str, question_id: str, after: UUID | None = None) -> FreeTexts:
    """What persons who sent their answers wrote, in an order that says nothing."""
    rows = await work.execute(
        """
        select text_id, content from survey_texts join survey_responses using (response_id)
        where version = :version and question_id = :question and completed_at is not null
            and (cast(:after as uuid) is null or text_id > :after)
        order by text_id limit :limit
        """,
        version=version,
        question=question_id,
        after=after,
        limit=PAGE_TEXTS + 1,
    )
    found = rows.all()
    page = found[:PAGE_TEXTS]
    return FreeTexts([row.content for row in page], page[-1].text_id if len(found) > PAGE_TEXTS else None)

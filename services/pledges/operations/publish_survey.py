"""Publishes what the survey says: a draft that operators see, frozen with its date and who signs it."""

from typing import NamedTuple
from uuid import UUID, uuid4

from services.pledges.domain.survey.loading import current_questionnaire, questionnaires
from services.pledges.domain.survey.publishing import Counts, check_apart, publishable, responses_in
from services.pledges.queries.needs_and_savings import needs_by_territory
from services.pledges.queries.restitutions import (
    Restitution,
    counts_before,
    counts_of,
    newest_restitution,
    restitution_by_id,
)
from services.pledges.queries.survey_results import SurveyResults, shown_results
from services.pledges.repository.restitutions import add_restitution, lock_restitutions
from shared.database import Work
from shared.events.pledges import SurveyPublished
from shared.values import NATIONAL
from shared.web.errors import UserError

MOST_SIGNATURE = 120
MOST_NOTE = 3_000
"""A page about the method and its limits."""


async def draft_results(work: Work, version: str | None) -> SurveyResults:
    """What a restitution of a version (the newest if none is named) would say now; small groups are in no draft.

    It says nothing while it would tell of a few persons beside a restitution that is published.
    """
    return (await _draft(work, version)).content


class _Draft(NamedTuple):
    """What may be shown of these counts; `responses`: how many there are, now and behind each earlier restitution."""

    content: SurveyResults
    counts: Counts
    responses: int
    earlier: list[int]


async def _draft(work: Work, version: str | None) -> _Draft:
    questionnaire = current_questionnaire() if version is None else questionnaires().get(version)
    if questionnaire is None:
        raise UserError(
            "Aucune version de l’enquête ne porte ce nom.", status=404, code="questionnaire_not_found"
        )
    counts = await counts_of(work, questionnaire.version)
    earlier = await counts_before(work, questionnaire.version)
    results = publishable(questionnaire, counts, earlier=earlier)
    return _Draft(
        shown_results(questionnaire, results, await needs_by_territory(work)),
        counts,
        responses_in(questionnaire, counts),
        [responses_in(questionnaire, one) for one in earlier],
    )


async def publish_results(
    work: Work, *, version: str | None, signature: str, note: str, by: UUID
) -> Restitution:
    """Freeze and publish the draft. The same again, as of a double click: the restitution that is there.

    New words or needs beside the same answers may be published at any time. Raises a SurveyRefused.
    """
    await lock_restitutions(work)
    draft = await _draft(work, version)
    content = draft.content
    last = await newest_restitution(work, content.version)
    if last is None or not last.content.says_the_same_of_persons(content):
        check_apart(draft.responses, draft.earlier)
    elif (last.content, last.signature, last.note) == (content, signature, note):
        return last
    made = Restitution(
        restitution_id=uuid4(),
        version=content.version,
        responses=content.responses,
        signature=signature,
        note=note,
        published_at=work.now,
        content=content,
    )
    await add_restitution(work, made, counts=draft.counts, published_by=by)
    work.record(
        SurveyPublished(
            territory=NATIONAL,
            restitution_id=made.restitution_id,
            questionnaire=made.version,
            responses=made.responses,
            published_at=made.published_at,
        )
    )
    return made


async def published_results(work: Work, restitution_id: UUID) -> Restitution:
    """Raises UserError (404)."""
    found = await restitution_by_id(work, restitution_id)
    if found is None:
        raise UserError(
            "Aucune restitution n’existe à cette adresse.", status=404, code="restitution_not_found"
        )
    return found

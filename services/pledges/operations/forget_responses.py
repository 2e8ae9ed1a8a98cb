"""Forgets answers that were kept for as long as their consent said (RGPD art. 5.1.e): hourly, version by version; and
with them the names of donors that no receipt ever bore."""

import asyncio

import structlog

from services.pledges.domain.survey.loading import questionnaires
from services.pledges.operations.forget_names import forget_unused_names
from services.pledges.repository.survey import delete_old_responses
from shared.database import Database, Work

log = structlog.get_logger(__name__)

ROUND_SECONDS = 3600
"""Answers live for months: an hour more is nothing, and a round that fails is made up for by the next."""


async def forget_old_responses(work: Work) -> int:
    """Delete what is past its time; how many persons' answers went. Counts of sent answers stay: they name nobody."""
    return sum(
        [
            await delete_old_responses(work, version=version, consent=questionnaire.consent)
            for version, questionnaire in questionnaires().items()
        ]
    )


async def forget_all(database: Database) -> None:
    """One round: what cannot be forgotten now is by the next."""
    for what, forget in (("survey_responses", forget_old_responses), ("donor_names", forget_unused_names)):
        try:
            async with database.begin() as work:
                forgotten = await forget(work)
            if forgotten:
                log.info("past_their_time_forgotten", what=what, rows=forgotten)
        except Exception as error:  # the database may be away for a while
            log.warning("past_their_time_not_forgotten", what=what, error=type(error).__name__)


async def keep_forgetting(database: Database) -> None:
    """Forget until cancelled."""
    while True:
        await forget_all(database)
        await asyncio.sleep(ROUND_SECONDS)

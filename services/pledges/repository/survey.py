"""Answers to the survey: begun, changed, sent, taken back; and the counts that go with them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from services.pledges.domain.survey.questionnaire import Answers, Consent
from services.pledges.domain.survey.tallying import Cell
from shared.database import Work


async def add_response(
    work: Work, *, response_id: UUID, version: str, person_id: UUID | None, consent: Consent, source: str
) -> None:
    """Begin a person's answers with their consent; a member who began before keeps those answers."""
    await work.execute(
        """
        insert into survey_responses (response_id, version, person_id, answers, consent_version, consent_source,
            consented_at, changed_at)
        values (:response_id, :version, :person_id, '{}', :consent_version, :source, :now, :now)
        on conflict (version, person_id) where person_id is not null do nothing
        """,
        response_id=response_id,
        version=version,
        person_id=person_id,
        consent_version=consent.version,
        source=source,
        now=work.now,
    )


async def lock_response(work: Work, response_id: UUID) -> None:
    """Whoever changes these answers waits for whoever does already."""
    await work.execute("select 1 from survey_responses where response_id = :id for update", id=response_id)


async def save_answers(
    work: Work,
    response_id: UUID,
    *,
    answers: Answers,
    texts: Mapping[str, str],
    completed_at: datetime | None,
) -> None:
    """Write all that a person has answered, in place of what was there; `texts` are the free ones with words."""
    await work.execute(
        """
        with gone as (
            delete from survey_texts
            where response_id = :id and question_id <> all(cast(:questions as text[]))
        ), written as (
            insert into survey_texts (text_id, response_id, question_id, content)
            select * from unnest(cast(:text_ids as uuid[]), cast(:ids as uuid[]), cast(:questions as text[]),
                cast(:contents as text[]))
            on conflict (response_id, question_id) do update set content = excluded.content
        )
        update survey_responses
        set answers = cast(:answers as jsonb), changed_at = :now, completed_at = :completed_at
        where response_id = :id
        """,
        id=response_id,
        answers=json.dumps(
            {question: () if question in texts else chosen for question, chosen in answers.items()}
        ),
        now=work.now,
        completed_at=completed_at,
        questions=list(texts),
        contents=list(texts.values()),
        text_ids=[uuid4() for _ in texts],
        ids=[response_id] * len(texts),
    )


async def delete_response(work: Work, response_id: UUID) -> None:
    """Remove a person's answers, their free texts with them."""
    await work.execute("delete from survey_responses where response_id = :id", id=response_id)


async def delete_old_responses(work: Work, *, version: str, consent: Consent) -> int:
    """Remove the answers of a version that were kept for as long as was said; the counts stay. How many went."""
    deleted = await work.execute(
        """
        delete from survey_responses
        where version = :version
            and (completed_at < :finished or (completed_at is null and changed_at < :unfinished))
        """,
        version=version,
        finished=work.now - timedelta(days=consent.finished_days),
        unfinished=work.now - timedelta(days=consent.unfinished_days),
    )
    return int(deleted.rowcount)


async def change_counts(work: Work, *, version: str, cells: Sequence[Cell], change: int) -> None:
    """Add 1 or −1 to the counts of a person's answers. `cells` are sorted: two persons never wait for one another."""
    await work.execute(
        """
        insert into survey_counts (territory, version, question_id, option_id, crossed_option_id, responses)
        select territory, :version, question_id, option_id, crossed_option_id, greatest(cast(:change as bigint), 0)
        from unnest(cast(:territories as text[]), cast(:questions as text[]), cast(:options as text[]),
            cast(:crossed as text[])) as cell (territory, question_id, option_id, crossed_option_id)
        on conflict on constraint pk_survey_counts
            do update set responses = survey_counts.responses + cast(:change as bigint)
        """,
        version=version,
        change=change,
        territories=[cell.territory for cell in cells],
        questions=[cell.question_id for cell in cells],
        options=[cell.option_id for cell in cells],
        crossed=[cell.crossed_option_id for cell in cells],
    )

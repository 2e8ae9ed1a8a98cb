"""Persons who answer the survey by HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.pledges.domain.survey.loading import current_questionnaire
from services.pledges.domain.survey.questionnaire import SKIP, Questionnaire
from services.pledges.domain.survey.walking import next_question
from services.pledges.operations import answer_survey
from shared.runtime import Service
from shared.testing import client_for, session_token

API = "/api/pledges/survey"
CONSENT = current_questionnaire().consent.version


@pytest.fixture
async def http(pledges) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's client on the service."""
    async with client_for(pledges) as client:
        yield client


@pytest.fixture
def as_member() -> dict[str, str]:
    """Headers of a signed-in person without a role."""
    return {"Authorization": f"Bearer {session_token(uuid4())}"}


@pytest.fixture
def as_operator() -> dict[str, str]:
    """Headers of a national operator."""
    return {"Authorization": f"Bearer {session_token(uuid4(), roles=[('national_operator', '00')])}"}


@pytest.fixture
def begin(http) -> Callable[..., Awaitable[str]]:
    """Begin to answer; the address of the answers in the API."""

    async def post(headers: Mapping[str, str] | None = None, **body: Any) -> str:
        sent = {"consent": True, "consent_version": CONSENT, **body}
        begun = await http.post(f"{API}/responses", json=sent, headers=headers or {})
        assert begun.status_code == 201, begun.text
        return f"{API}/responses/{begun.json()['response_id']}"

    return post


@pytest.fixture
def answer(pledges, http) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Answer what is asked until the end, at once: as is said, and else with the last option; what is known then."""

    async def walk(address: str, **chosen: list[str]) -> dict[str, Any]:
        view = (await http.get(address)).json()
        survey = answer_survey.questionnaires()[view["version"]]
        given = straight_on(survey, view["answers"], chosen)
        async with pledges.database.begin() as work:
            await answer_survey.answer_questions(work, UUID(view["response_id"]), given)
        known: dict[str, Any] = (await http.get(address)).json()
        return known

    return walk


def straight_on(
    survey: Questionnaire, before: Mapping[str, list[str]], chosen: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """What is still asked, answered as is said, and else with the last option."""
    answers = {question: tuple(values) for question, values in before.items()}
    given: dict[str, list[str]] = {}
    while following := next_question(survey, answers):
        last = [option.id for option in following.options[-1:]]
        given[following.id] = chosen.get(following.id, last)
        answers[following.id] = tuple(given[following.id])
    return given


async def answered_by(pledges: Service, persons: int, chosen: Mapping[str, list[str]]) -> list[UUID]:
    """So many persons answer alike and send it; the ids of their answers."""
    survey = current_questionnaire()
    given = straight_on(survey, {}, chosen)
    ids = []
    async with pledges.database.begin() as work:
        for _ in range(persons):
            begun = await answer_survey.begin_response(work, agreed_to=CONSENT, person_id=None, source="api")
            await answer_survey.answer_questions(work, begun.response_id, given)
            await answer_survey.send_response(work, begun.response_id)
            ids.append(begun.response_id)
    return ids


@pytest.fixture
def crowd(pledges) -> Callable[..., Awaitable[list[UUID]]]:
    """`await crowd(12, don=["non"])`: twelve persons who answer so."""

    async def answer(persons: int, **chosen: list[str]) -> list[UUID]:
        return await answered_by(pledges, persons, chosen)

    return answer


@pytest.fixture
def sent(http, begin, answer) -> Callable[..., Awaitable[str]]:
    """Answer all and send it; the address of the answers."""

    async def send(**chosen: list[str]) -> str:
        address = await begin()
        await answer(address, **chosen)
        done = await http.put(f"{address}/completion")
        assert done.status_code == 200, done.text
        return address

    return send


@pytest.fixture
def counts(pledges) -> Callable[..., Awaitable[dict[tuple[str, ...], int]]]:
    """The counts that are not zero, without those who would rather not say."""

    async def read() -> dict[tuple[str, ...], int]:
        async with pledges.database.begin() as work:
            rows = await work.execute(
                "select territory, question_id, option_id, crossed_option_id, responses from survey_counts"
                " where responses <> 0 and option_id <> :skip",
                skip=SKIP,
            )
            return {(row[0], *(part for part in row[1:4] if part)): row[4] for row in rows}

    return read

"""Answering the survey by HTTP: consent, saving at each step, sending, correcting, withdrawing."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.pledges.domain.survey import loading
from services.pledges.domain.survey.loading import current_questionnaire, load
from services.pledges.operations.forget_responses import forget_old_responses
from shared.testing import client_for, recorded
from tests.pledges.domain.survey.questionnaires import SMALL
from tests.pledges.survey.conftest import API, CONSENT

GIVER = {"don": ["regulier"], "don_montant": ["200"], "placement": ["non"], "territoire": ["64"]}
INVESTOR = {"placement": ["oui"], "placement_montant": ["2000"], "placement_horizon": ["dix_ans"]}


async def _rows(pledges: Any, statement: str) -> list[Any]:
    async with pledges.database.begin() as work:
        return list((await work.execute(statement)).all())


async def test_nothing_is_kept_without_consent_to_the_text_in_force(pledges, http) -> None:
    """No consent, or to another text: refused, and nobody's answers begin."""
    for body in (
        {},
        {"consent": False, "consent_version": CONSENT},
        {"consent": True},
        {"consent": True, "consent_version": "0"},
    ):
        assert (await http.post(f"{API}/responses", json=body)).status_code == 422
    assert await _rows(pledges, "select 1 from survey_responses") == []


async def test_consent_is_recorded_before_the_first_question(pledges, begin) -> None:
    """When, to which text, and by which way (RGPD art. 7)."""
    await begin()
    (row,) = await _rows(
        pledges,
        "select consent_version, consent_source, consented_at > now() - interval '1 minute', answers, person_id"
        " from survey_responses",
    )
    assert tuple(row) == (CONSENT, "api", True, {}, None)


async def test_answers_are_kept_at_each_step(http, begin) -> None:
    """Whoever comes back by the address finds what was said, and the question that comes next."""
    address = await begin()
    first = (await http.get(address)).json()["next"]
    await http.put(f"{address}/answers/{first['id']}", json={"values": ["titres", "livrets"]})
    found = (await http.get(address)).json()
    assert found["answers"] == {first["id"]: ["livrets", "titres"]}
    assert found["next"]["id"] != first["id"]
    assert not found["is_complete"]


async def test_a_text_is_kept_apart_and_found_again(pledges, http, begin, answer) -> None:
    """Free texts are in no column with other answers; an emptied one is gone."""
    address = await begin()
    view = await answer(address, message=["Du temps."])
    assert view["answers"]["message"] == ["Du temps."]
    assert await _rows(pledges, "select content from survey_texts") == [("Du temps.",)]
    assert "Du temps" not in str(await _rows(pledges, "select answers from survey_responses"))
    emptied = await http.put(f"{address}/answers/message", json={"values": [""]})
    assert emptied.json()["answers"]["message"] == []
    assert await _rows(pledges, "select 1 from survey_texts") == []


WRONG = [
    ("don", ["beaucoup"], "answer_unknown"), ("don", [], "answer_missing"),
    ("don", ["non", "regulier"], "too_many_choices"), ("don_montant", ["50"], "question_unknown"),
    ("nulle_part", ["oui"], "question_unknown"), ("message", ["é" * 2_001], "text_too_long"),
    ("message", ["a\0b"], "text_unreadable"),
]  # fmt: skip


async def test_a_wrong_answer_is_refused_and_changes_nothing(http, begin) -> None:
    """By name; also to a question of a branch that was not taken."""
    address = await begin()
    for question, values, code in WRONG:
        refused = await http.put(f"{address}/answers/{question}", json={"values": values})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await http.get(address)).json()["answers"] == {}


async def test_only_complete_answers_are_sent(http, begin, counts) -> None:
    """The sentence names the question that is missing; nothing is counted."""
    address = await begin()
    refused = await http.put(f"{address}/completion")
    assert (refused.status_code, refused.json()["code"]) == (409, "survey_incomplete")
    assert current_questionnaire().questions[0].text in refused.json()["detail"]
    assert await counts() == {}


async def test_sent_answers_are_counted_in_their_territory_once(http, sent, counts) -> None:
    """Each option, each question, each person; sent again is nothing more."""
    address = await sent(**GIVER)
    await http.put(f"{address}/completion")
    counted = await counts()
    assert counted["64",] == 1
    assert counted["64", "don_montant", "200"] == counted["64", "don_montant"] == 1
    assert set(counted.values()) == {1}
    assert not [cell for cell in counted if cell[1:2] == ("placement_montant",)]


async def test_an_offered_amount_is_counted_with_its_horizon(sent, counts) -> None:
    """Without a territory it is counted nationally."""
    await sent(**INVESTOR)
    assert (await counts())["00", "placement_montant", "2000", "dix_ans"] == 1


async def test_a_branch_that_was_left_is_neither_counted_nor_kept(http, begin, answer, counts) -> None:
    """Somebody would invest, says how much, goes back and says no."""
    address = await begin()
    await answer(address, **INVESTOR)
    await http.put(f"{address}/answers/placement", json={"values": ["non"]})
    await answer(address)
    view = (await http.put(f"{address}/completion")).json()
    assert "placement_montant" not in view["answers"]
    assert not [cell for cell in await counts() if "placement_montant" in cell]


async def test_sent_answers_are_not_changed_unless_they_are_taken_back(http, sent, counts) -> None:
    """Taken back they are not counted; sent again they count as they are then."""
    address = await sent(**GIVER)
    refused = await http.put(f"{address}/answers/don", json={"values": ["non"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "response_sent")
    assert (await http.delete(f"{address}/completion")).json()["completed_at"] is None
    assert await counts() == {}
    await http.put(f"{address}/answers/don", json={"values": ["non"]})
    await http.put(f"{address}/completion")
    counted = await counts()
    assert counted["64", "don", "non"] == 1
    assert ("64", "don", "regulier") not in counted


@pytest.mark.parametrize("is_sent", [True, False])
async def test_a_withdrawal_leaves_nothing(pledges, http, begin, answer, sent, counts, is_sent) -> None:
    """Answers, texts and counts are gone, and so is what the address opened."""
    address = await sent(message=["Du temps."]) if is_sent else await begin()
    if not is_sent:
        await answer(address, message=["Du temps."])
    assert (await http.delete(address)).status_code == 204
    assert (await http.get(address)).status_code == 404
    assert (await http.delete(address)).status_code == 404
    assert await counts() == {}
    assert await _rows(pledges, "select 1 from survey_responses union all select 1 from survey_texts") == []


async def test_a_member_who_answers_as_such_has_one_response(pledges, http, begin, as_member) -> None:
    """Begun twice it is the same; nobody is told who they are."""
    first, second = [await begin(as_member, as_member=True) for _ in range(2)]
    assert first == second
    view = (await http.get(first)).json()
    assert view["by_member"] is True
    assert "person_id" not in view


async def test_a_member_may_answer_without_their_name(pledges, begin, as_member) -> None:
    """Nothing ties those answers to the account."""
    await begin(as_member)
    assert await _rows(pledges, "select person_id from survey_responses") == [(None,)]


async def test_nobody_answers_as_a_member_without_signing_in(http) -> None:
    """A sentence says what to do."""
    body = {"consent": True, "consent_version": CONSENT, "as_member": True}
    assert (await http.post(f"{API}/responses", json=body)).status_code == 401


async def test_answers_stay_with_the_version_that_they_began_under(http, begin, answer, monkeypatch) -> None:
    """A new version is for new answers; the older ones are asked and counted by their own questions."""
    old = await begin()
    versions = {**loading.questionnaires(), "2026-9": load(SMALL, name="2026-9")}
    for name in ("api.survey", "operations.answer_survey"):
        monkeypatch.setattr(f"services.pledges.{name}.questionnaires", lambda: versions)
        monkeypatch.setattr(f"services.pledges.{name}.current_questionnaire", lambda: versions["2026-9"])
    new = await begin(consent_version="2026-9")
    views = [await answer(old), await answer(new, aime=["non"])]
    assert [view["version"] for view in views] == ["2026-1", "2026-9"]
    assert "aime" in views[1]["answers"]
    assert "aime" not in views[0]["answers"]
    for address in (old, new):
        assert (await http.put(f"{address}/completion")).status_code == 200


async def test_a_flood_from_one_address_is_refused(make_service: Callable[..., Any]) -> None:
    """Another address is not touched, and answering goes on for who began."""
    service = await make_service("pledges", survey_responses_per_hour=2)
    body = {"consent": True, "consent_version": CONSENT}
    async with client_for(service) as http:

        async def begin(address: str) -> Any:
            return await http.post(f"{API}/responses", json=body, headers={"X-Forwarded-For": address})

        answers = [await begin("192.0.2.1") for _ in range(3)]
        assert [one.status_code for one in answers] == [201, 201, 429]
        assert "réponses" in answers[2].json()["detail"]
        assert (await begin("192.0.2.2")).status_code == 201


@pytest.mark.parametrize(("is_sent", "days"), [(False, 90), (True, 730)])
async def test_answers_are_forgotten_when_their_time_is_over(
    pledges, http, begin, answer, sent, counts, is_sent, days
) -> None:
    """As the consent says: what was left unfinished first; counts of what was sent stay."""
    address = await sent(**GIVER) if is_sent else await begin()
    before = await counts()
    for later, status in ((days - 1, 200), (days + 1, 404)):
        async with pledges.database.begin() as work:
            work.now += timedelta(days=later)
            await forget_old_responses(work)
        assert (await http.get(address)).status_code == status
    assert await counts() == before


async def test_free_texts_are_read_by_operators_only(
    http, begin, answer, sent, as_operator, as_treasurer
) -> None:
    """Those of answers that were sent, and nothing that leads to whose they are."""
    await sent(message=["Du temps."])
    await answer(await begin(), message=["Pas encore."])
    asked = {"version": "2026-1", "question": "message"}
    found = await http.get(f"{API}/texts", params=asked, headers=as_operator)
    assert found.json() == {"texts": ["Du temps."], "next": None}
    assert (await http.get(f"{API}/texts", params=asked, headers=as_treasurer)).status_code == 403


async def test_the_survey_says_nothing_of_a_person_to_other_services(pledges, sent) -> None:
    """Answers, even sent ones, are no event."""
    await sent(**GIVER)
    assert await recorded(pledges) == []


async def test_an_unknown_address_opens_nothing(http) -> None:
    """404 for every act."""
    unknown = f"{API}/responses/{uuid4()}"
    assert (await http.get(unknown)).status_code == 404
    assert (await http.put(f"{unknown}/answers/don", json={"values": ["non"]})).status_code == 404
    assert (await http.put(f"{unknown}/completion")).status_code == 404


async def test_persons_who_send_and_withdraw_at_the_same_moment_are_counted_right(
    http, begin, answer, counts
) -> None:
    """Nobody waits for somebody who waits for them; the counts are those of who stays."""
    choices = [GIVER, INVESTOR, {**GIVER, "territoire": ["2A"]}, {**INVESTOR, "territoire": ["64"]}] * 3
    addresses = [await begin() for _ in choices]
    for address, chosen in zip(addresses, choices, strict=True):
        await answer(address, **chosen)
    done = await asyncio.gather(*[http.put(f"{address}/completion") for address in addresses])
    assert {one.status_code for one in done} == {200}
    gone = await asyncio.gather(*[http.delete(address) for address in addresses[:4]])
    assert {one.status_code for one in gone} == {204}
    counted = await counts()
    assert {cell: count for cell, count in counted.items() if len(cell) == 1} == {
        ("64",): 4,
        ("00",): 2,
        ("2A",): 2,
    }
    assert counted["64", "don_montant", "200"] == counted["64", "placement_montant", "2000", "dix_ans"] == 2

"""What the survey says: drafts for who runs it, restitutions for everybody, and nothing of few persons in either."""

import csv
import io
from typing import Any

import pytest

from shared.events.pledges import SurveyPublished
from shared.testing import recorded
from tests.pledges.survey.conftest import API

DRAFT = "/enquete/resultats/brouillon"


@pytest.fixture
def publish(http, as_operator) -> Any:
    """Publish the draft; the answer."""

    async def post(**body: str) -> Any:
        sent = {"signature": "Groupe de travail Épargnants", **body}
        return await http.post(f"{API}/restitutions", json=sent, headers=as_operator)

    return post


def _question(content: dict[str, Any], id: str) -> dict[str, Any]:
    return next(one for one in content["questions"] if one["id"] == id)


def _figures(table: dict[str, Any]) -> dict[str, int]:
    return {"+".join(figure["options"]): figure["responses"] for figure in table["figures"]}


async def test_a_restitution_has_the_figures_of_those_who_answered(crowd, publish) -> None:
    """Groups of ten or more; a smaller one is joined with the next, and nothing is said of it alone."""
    await crowd(30, proximite=["france"])
    await crowd(20, proximite=["region"])
    await crowd(4, proximite=["monde"])
    content = (await publish()).json()["content"]
    assert content["responses"] == 54
    table = _question(content, "proximite")["total"]
    assert table["answered"] == 54
    assert all(figure["responses"] >= 10 for figure in table["figures"])
    assert sum(figure["responses"] for figure in table["figures"]) == 54
    assert not [figure for figure in table["figures"] if figure["options"] == ["monde"]]


async def test_a_restitution_is_frozen(http, crowd, publish) -> None:
    """Answers that come or go later change nothing of it."""
    ids = await crowd(12)
    made = (await publish()).json()
    await crowd(5)
    await http.delete(f"{API}/responses/{ids[0]}")
    assert (await http.get(f"{API}/restitutions/{made['restitution_id']}")).json() == made


async def test_with_too_few_answers_nothing_is_published(pledges, crowd, publish) -> None:
    """Nine persons are too few for any figure."""
    await crowd(9)
    refused = await publish()
    assert (refused.status_code, refused.json()["code"]) == (422, "too_few_responses")
    assert await recorded(pledges) == []


async def test_two_restitutions_of_a_version_are_apart(crowd, publish) -> None:
    """A few answers later the difference of both would tell what these few said; new words may come at any time."""
    await crowd(12)
    first = (await publish()).json()
    await crowd(1)
    refused = await publish()
    assert (refused.status_code, refused.json()["code"]) == (422, "too_close_to_the_last")
    await crowd(99)
    assert (await publish()).json()["responses"] == first["responses"] + 100
    assert (await publish(note="Une précision.")).json()["note"] == "Une précision."


async def test_a_territory_that_one_person_joined_is_in_one_restitution_only(http, crowd, publish) -> None:
    """One restitution less the other would be that person's answers; in a draft it is not either."""
    for place in ("64", "75", "13"):
        await crowd(20, territoire=[place])
    first = (await publish()).json()["content"]
    await crowd(1, territoire=["64"], proximite=["monde"])
    await crowd(50, territoire=["75"])
    await crowd(50, territoire=["13"])
    second = (await publish()).json()["content"]
    assert "64" in first["territories"]
    assert "64" not in second["territories"]
    assert not any("64" in question["territories"] for question in second["questions"])


async def test_a_draft_tells_of_no_few_persons_since_a_restitution(http, crowd, publish, as_operator) -> None:
    """Whoever may see drafts and not answers could compare them."""
    await crowd(12)
    await publish()
    await crowd(1)
    assert (await http.get(f"{API}/draft", headers=as_operator)).json()["responses"] == 0


async def test_a_double_click_publishes_once(pledges, crowd, publish) -> None:
    """The same words about the same figures are the restitution that is there."""
    await crowd(12)
    first, second = [(await publish()).json() for _ in range(2)]
    assert first == second
    assert len(await recorded(pledges)) == 1


async def test_integrators_hear_of_a_restitution(pledges, crowd, publish) -> None:
    """A public event: which one, of which version, by how many; no figure, no person."""
    await crowd(12)
    made = (await publish()).json()
    (event,) = await recorded(pledges)
    assert isinstance(event, SurveyPublished)
    assert str(event.restitution_id) == made["restitution_id"]
    assert (event.territory, event.questionnaire, event.responses) == ("00", "2026-1", 12)
    assert event.audience == "public"


async def test_the_page_shows_figures_method_and_licence(http, crowd, publish) -> None:
    """With bars that only repeat the numbers, and the words of who signs."""
    empty = await http.get("/enquete/resultats")
    assert "Pas encore de résultats" in empty.text
    await crowd(30, proximite=["france"])
    await crowd(30, proximite=["region"])
    await publish(note="Diffusée par\nles réseaux.")
    page = (await http.get("/enquete/resultats")).text
    for words in (
        "60 personnes ont répondu",
        "Groupe de travail Épargnants",
        "Licence Ouverte",
        "<p>les réseaux.</p>",
        "moins de dix personnes",
        'aria-hidden="true"',
        "Version du questionnaire",
    ):
        assert words in page
    assert "style=" not in page
    assert "<script" not in page


async def test_a_territory_is_shown_when_enough_answered_there(http, crowd, publish) -> None:
    """It can be chosen, and its tables are of those who live there; another one is not offered."""
    for place in ("64", "75", "13"):
        await crowd(12, territoire=[place], don=["non"])
        await crowd(12, territoire=[place], don=["regulier"])
        await crowd(12, territoire=[place], don=["ponctuel"])
        await crowd(12, territoire=[place], don=["peut_etre"])
        await crowd(12, territoire=[place])
    await crowd(3, territoire=["33"])
    content = (await publish()).json()["content"]
    assert "64" in content["territories"]
    assert "33" not in content["territories"]
    assert _figures(_question(content, "don")["territories"]["64"])["non"] == 12
    page = (await http.get("/enquete/resultats?territoire=64")).text
    assert 'value="64" selected' in page
    assert 'value="33"' not in page


async def test_open_data_says_what_the_page_says(http, crowd, publish) -> None:
    """As CSV: a line for each figure, its question, its territory and the licence; nothing that is not shown."""
    for don in ("regulier", "ponctuel", "peut_etre", "non", "sans_reponse"):
        await crowd(12, don=[don])
    made = (await publish()).json()
    answer = await http.get(f"{API}/restitutions/{made['restitution_id']}/figures.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    shown = [
        figure
        for question in made["content"]["questions"]
        for table in [question["total"], *question["territories"].values()]
        if table
        for figure in table["figures"]
    ]
    assert len(lines) == len(shown) >= 5
    assert {line["Licence"] for line in lines} == {made["licence"]}


async def test_drafts_are_for_operators_and_treasurers(
    http, crowd, as_operator, as_treasurer, as_member
) -> None:
    """Only operators publish; small groups are in no draft."""
    await crowd(12)
    for who, seen, published in ((as_operator, 200, 303), (as_treasurer, 200, 403), (as_member, 403, 403)):
        assert (await http.get(DRAFT, headers=who)).status_code == seen
        assert (await http.get(f"{API}/draft", headers=who)).status_code == seen
        sent = await http.post(DRAFT, data={"signature": "Groupe Épargnants"}, headers=who)
        assert sent.status_code == published
    assert (await http.get(DRAFT)).status_code == 401


async def test_what_keeps_a_draft_from_being_published_is_said_on_its_page(http, crowd, as_operator) -> None:
    """Who signs is missing; too few answered."""
    for persons, form, words in (
        (1, {"signature": "Groupe"}, "Il faut au moins 10"),
        (12, {}, "le nom qui signe"),
    ):
        await crowd(persons)
        page = await http.post(DRAFT, data=form, headers=as_operator)
        assert page.status_code == 422
        assert words in page.text


async def test_free_texts_have_a_page_for_operators_and_are_in_no_restitution(
    http, crowd, publish, as_operator
) -> None:
    """Not in figures, not in open data."""
    await crowd(12, message=["Du temps pour apprendre."])
    made = await publish()
    page = await http.get("/enquete/textes", headers=as_operator)
    assert page.text.count("Du temps pour apprendre.") == 12
    public = f"/enquete/resultats/{made.json()['restitution_id']}"
    for told in (made.text, (await http.get(public)).text):
        assert "Du temps" not in told

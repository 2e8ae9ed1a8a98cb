"""Answering the survey as a person does: pages and forms, without a script."""

import re
from typing import Any

import pytest

from services.pledges.domain.survey.loading import current_questionnaire
from tests.pledges.survey.conftest import CONSENT

FIELD = re.compile(r'name="(\w+)"(?: rows="\d")?(?: value="([^"]*)")?')


@pytest.fixture
def start(http) -> Any:
    """Give consent on the page; the address of the answers."""

    async def post(headers: dict[str, str] | None = None, **form: str) -> str:
        sent = {"consent": "oui", "consent_version": CONSENT, **form}
        begun = await http.post("/enquete", data=sent, headers=headers or {})
        assert begun.status_code == 303
        return str(begun.headers["location"])

    return post


def _last_choices(page: str) -> dict[str, str]:
    """What a person sends who chooses the last option of everything."""
    return {
        name: value
        for name, value in FIELD.findall(page)
        if name not in ("vers", "viewport", "description", "robots")
    }


async def test_the_whole_survey_is_answered_by_forms(http, start, counts) -> None:
    """From the consent to the thanks, page after page; then it is counted."""
    address = await start()
    following = address
    for _ in current_questionnaire().pages:
        page = await http.get(following)
        if "Relire vos réponses" in page.text:
            break
        went = await http.post(address, data=_last_choices(page.text))
        assert went.status_code == 303, went.text
        following = went.headers["location"]
    assert following.endswith("?page=relecture")
    assert (await http.post(f"{address}/envoi")).headers["location"] == address
    thanks = await http.get(address)
    assert "Merci" in thanks.text
    assert (await counts())["00",] == 1


async def test_without_consent_nothing_begins(http) -> None:
    """The page says it beside the box."""
    refused = await http.post("/enquete", data={"consent_version": CONSENT})
    assert refused.status_code == 422
    assert "nous avons besoin de votre accord" in refused.text


async def test_the_address_is_said_plainly_and_kept_private(http, start) -> None:
    """« Gardez cette adresse », in full; neither indexed nor stored."""
    address = await start()
    page = await http.get(address)
    assert "Gardez cette adresse" in page.text
    assert f"http://milliard.test{address}" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]


async def test_a_missing_answer_is_said_beside_its_question(http, start) -> None:
    """What was chosen stays chosen on the page, and nothing is kept yet."""
    address = await start()
    refused = await http.post(address, data={"page": "epargne", "epargne_formes": ["livrets", "titres"]})
    assert refused.status_code == 422
    assert "Choisissez une réponse." in refused.text
    assert re.search(r'value="titres" checked', refused.text)
    assert "checked" not in (await http.get(address)).text


async def test_one_goes_back_without_losing_anything(http, start) -> None:
    """What a page holds already is kept, what it lacks is asked later."""
    address = await start()
    await http.post(address, data={"page": "epargne", "epargne_formes": "livrets", "epargne_montant": "0"})
    back = await http.post(address, data={"page": "attentes", "buts": "retraite", "vers": "avant"})
    assert back.headers["location"] == f"{address}?page=epargne"
    assert 'value="livrets" checked' in (await http.get(f"{address}?page=epargne")).text
    assert 'value="retraite" checked' in (await http.get(f"{address}?page=attentes")).text


async def test_one_comes_back_where_one_left(http, start) -> None:
    """The address alone leads to the next page."""
    address = await start()
    await http.post(address, data={"page": "epargne", "epargne_formes": "livrets", "epargne_montant": "0"})
    assert "Ce que vous attendez de votre épargne" in (await http.get(address)).text


async def test_a_page_of_a_branch_comes_when_it_is_chosen(http, start) -> None:
    """Who may give is led to the page on giving, who will not is not."""
    address = await start()
    for don, page in (("ponctuel", "donner"), ("non", "freins")):
        form = {"page": "agir", "importance": "3", "don": don, "placement": "non"}
        assert (await http.post(address, data=form)).headers["location"] == f"{address}?page={page}"


async def test_sending_too_early_leads_to_what_is_missing(http, start) -> None:
    """Nobody is stopped by an error page."""
    address = await start()
    assert (await http.post(f"{address}/envoi")).headers["location"] == f"{address}?page=epargne"


async def test_sent_answers_are_corrected_and_withdrawn_by_their_address(http, sent) -> None:
    """One question before they are deleted; then the address opens nothing."""
    address = "/enquete/reponses/" + (await sent()).rpartition("/")[2]
    reopened = await http.post(f"{address}/reprise")
    assert "Modifier" in (await http.get(reopened.headers["location"])).text
    assert "Retirer vos réponses" in (await http.get(f"{address}/retrait")).text
    assert "effacées" in (await http.post(f"{address}/retrait")).text
    assert (await http.get(address)).status_code == 404


async def test_a_member_chooses_how_to_answer_and_finds_the_way_back(http, start, as_member) -> None:
    """The choice is on the first page, for members only, and anonymous unless they say otherwise."""
    assert "Comme membre" not in (await http.get("/enquete")).text
    offered = (await http.get("/enquete", headers=as_member)).text
    assert re.search(r'value="anonyme" checked', offered)
    await start(as_member, identite="anonyme")
    assert "Vous avez déjà commencé" not in (await http.get("/enquete", headers=as_member)).text
    address = await start(as_member, identite="membre")
    assert f'href="{address}"' in (await http.get("/enquete", headers=as_member)).text

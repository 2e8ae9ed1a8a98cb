"""The pages: in French, without JavaScript, and closed to those they are not for."""

import pytest

from tests.members.conftest import FORM, join, say, token_of

ADDRESS = "camille.roux@exemple.fr"


async def browse_in(http, service) -> None:
    """Sign a browser in: its cookies stay in the client."""
    await http.post("/connexion", data={"email": ADDRESS})
    await http.post("/connexion/lien", data={"jeton": await token_of(service, "sign_in_requested")})


@pytest.mark.parametrize("path", ["/rejoindre", "/rejoindre/merci", "/connexion", "/connexion/envoye"])
async def test_public_pages_answer_in_french(http, path):
    """Anybody reads them."""
    page = await http.get(path)
    assert page.status_code == 200
    assert '<html lang="fr">' in page.text


async def test_the_form_groups_territories_by_region(http):
    """Every territory can be chosen, the ones abroad too."""
    page = (await http.get("/rejoindre")).text
    assert '<optgroup label="Corse">' in page
    assert page.count("<option value=") == 1 + 110


async def test_confirming_opens_my_space(http, service):
    """The link proved the address: the member is signed in and sees the missions."""
    await http.post("/rejoindre", data=FORM)
    answer = await http.post("/rejoindre/confirmer", data={"jeton": await token_of(service)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/moi?bienvenue=oui")
    page = await http.get("/moi?bienvenue=oui")
    assert page.status_code == 200
    assert "Bienvenue dans le mouvement" in page.text
    assert "Parler du milliard à trois personnes" in page.text
    assert "Pyrénées-Atlantiques" in page.text


async def test_my_space_asks_to_sign_in(http):
    """Nobody's page is shown to nobody."""
    page = await http.get("/moi", headers={"Accept": "text/html"})
    assert page.status_code == 401
    assert "/connexion?suite=/moi" in page.text


async def test_connexion_renews_in_passing(http, service):
    """A browser that is still known is asked nothing."""
    await join(http, service)
    await browse_in(http, service)
    http.cookies.delete("milliard_session")
    step = await http.get("/connexion?suite=/moi")
    assert step.headers["location"] == "/connexion/renouveler?suite=%2Fmoi"
    step = await http.get(step.headers["location"])
    assert step.headers["location"] == "/moi"
    assert (await http.get("/moi")).status_code == 200


async def test_a_renewal_that_fails_asks_for_the_address(http, service):
    """No circle of redirects: the cookie is taken away."""
    await join(http, service)
    await browse_in(http, service)
    http.cookies.delete("milliard_session")
    await say(service, "update sign_ins set ended_at = now()")
    step = await http.get("/connexion/renouveler?suite=/moi")
    assert step.headers["location"] == "/connexion?suite=%2Fmoi"
    assert (await http.get("/connexion?suite=/moi")).status_code == 200


async def test_signing_out_ends_the_sessions_of_the_browser(http, service):
    """Its cookies go, and its refresh token is worth nothing any more."""
    await join(http, service)
    await browse_in(http, service)
    kept = http.cookies["milliard_refresh"]
    step = await http.post("/deconnexion")
    assert (step.status_code, step.headers["location"]) == (307, "/connexion/fin")
    await http.post("/connexion/fin")
    assert "milliard_session" not in http.cookies
    answer = await http.post("/api/members/sessions/refresh", json={"refresh": kept})
    assert answer.status_code == 401


@pytest.mark.parametrize("suite", ["https://ailleurs.fr/", "//ailleurs.fr", "/\\ailleurs.fr"])
async def test_signing_in_never_leads_to_another_site(http, service, suite):
    """An open redirect would lend our name to a trap."""
    await join(http, service)
    await http.post("/connexion", data={"email": ADDRESS, "suite": suite})
    token = await token_of(service, "sign_in_requested")
    answer = await http.post("/connexion/lien", data={"jeton": token, "suite": suite})
    assert answer.headers["location"] == "/moi"


async def test_pages_with_a_token_are_not_kept(http):
    """A shared computer's cache holds no link."""
    for path in ("/rejoindre/confirmer?jeton=abc", "/connexion/lien?jeton=abc"):
        assert (await http.get(path)).headers["cache-control"] == "no-store"


async def test_operators_grant_by_page(http, service, operators):
    """One proposes, the other sees the proposal and confirms it."""
    first, second = operators
    await join(http, service)
    form = {"email": ADDRESS, "role": "treasurer", "territory": "64"}
    assert (await http.post("/membres/roles", data=form, headers=first.headers)).status_code == 303
    own = (await http.get("/membres/roles", headers=first.headers)).text
    assert "Camille Roux" in own
    assert "Confirmer ce rôle" not in own
    page = (await http.get("/membres/roles", headers=second.headers)).text
    path = page.split('action="/membres/roles/')[1].split('"')[0]
    order_hash = page.split('name="order_hash" value="')[1].split('"')[0]
    answer = await http.post(
        f"/membres/roles/{path}", data={"order_hash": order_hash}, headers=second.headers
    )
    assert answer.status_code == 303
    assert "Confirmer ce rôle" not in (await http.get("/membres/roles", headers=second.headers)).text


async def test_a_refused_proposal_says_why_on_the_page(http, operators):
    """The form stays filled in."""
    form = {"email": "personne@exemple.fr", "role": "steward", "territory": "64"}
    page = await http.post("/membres/roles", data=form, headers=operators[0].headers)
    assert page.status_code == 422
    assert "Aucune personne adhérente" in page.text
    assert 'value="personne@exemple.fr"' in page.text


async def test_members_do_not_see_the_page_of_roles(http, service):
    """It is for national operators."""
    await join(http, service)
    await browse_in(http, service)
    assert (await http.get("/membres/roles")).status_code == 403

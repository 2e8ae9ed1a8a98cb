"""Signing in by a link that serves once, and staying signed in by tokens that serve once."""

import asyncio
from datetime import UTC, datetime

from shared.identity import Role
from shared.testing import client_for, recorded
from tests.members.conftest import FORM, bearer, claims_of, join, letters_of, say, sign_in, token_of

ADDRESS = "camille.roux@exemple.fr"


async def test_a_known_address_gets_a_link(http, service):
    """The link leads to a button on our own site."""
    await join(http, service)
    answer = await http.post("/connexion", data={"email": "CAMILLE.roux@exemple.fr", "suite": "/banque"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion/envoye")
    letter = (await letters_of(service))[-1]
    assert letter.type == "sign_in_requested"
    assert letter.content.url.endswith("&suite=%2Fbanque")
    assert (letter.content.expires_at - datetime.now(UTC)).total_seconds() <= 15 * 60


async def test_the_answer_is_the_same_for_an_unknown_address(http, service):
    """Nobody learns from the form who is known."""
    await join(http, service)
    known = await http.post("/connexion", data={"email": ADDRESS})
    unknown = await http.post("/connexion", data={"email": "personne@exemple.fr"})
    assert (known.status_code, known.headers["location"], known.content) == (
        unknown.status_code,
        unknown.headers["location"],
        unknown.content,
    )
    assert len([letter for letter in await letters_of(service) if letter.type == "sign_in_requested"]) == 1


async def test_an_unconfirmed_address_gets_no_sign_in_link(http, service):
    """Pending persons confirm first."""
    await http.post("/rejoindre", data=FORM)
    await http.post("/connexion", data={"email": ADDRESS})
    assert [letter.type for letter in await letters_of(service)] == ["confirmation_requested"]


async def test_opening_the_link_signs_nobody_in(http, service):
    """Mail scanners follow links: the GET shows a button and sets no cookie."""
    await join(http, service)
    await http.post("/connexion", data={"email": ADDRESS})
    page = await http.get("/connexion/lien", params={"jeton": await token_of(service, "sign_in_requested")})
    assert page.status_code == 200
    assert "set-cookie" not in page.headers


async def test_the_button_signs_in_and_sets_guarded_cookies(http, service):
    """Scripts read neither cookie; the renewal is sent to one path only."""
    await join(http, service)
    await http.post("/connexion", data={"email": ADDRESS})
    answer = await http.post(
        "/connexion/lien", data={"jeton": await token_of(service, "sign_in_requested"), "suite": "/banque"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/banque")
    session, refresh = answer.headers.get_list("set-cookie")
    assert session.startswith("milliard_session=")
    assert "Path=/;" in session
    assert refresh.startswith("milliard_refresh=")
    assert "Path=/connexion;" in refresh
    assert all(
        "HttpOnly" in one and "SameSite=lax" in one and "Secure" not in one for one in (session, refresh)
    )


async def test_cookies_are_secure_on_https(make_service):
    """Behind https no cookie travels in the clear."""
    service = await make_service("members", public_url="https://milliard.test")
    async with client_for(service) as http:
        await join(http, service)
        await http.post("/connexion", data={"email": ADDRESS})
        answer = await http.post(
            "/connexion/lien", data={"jeton": await token_of(service, "sign_in_requested")}
        )
    assert all("Secure" in one for one in answer.headers.get_list("set-cookie"))


async def test_a_sign_in_link_serves_once(http, service):
    """The second use signs nobody in."""
    await join(http, service)
    await sign_in(http, service, ADDRESS)
    again = await http.post(
        "/api/members/sessions", json={"token": await token_of(service, "sign_in_requested")}
    )
    assert (again.status_code, again.json()["code"]) == (409, "link_used_up")


async def test_a_link_used_twice_at_one_time_signs_in_once(http, service):
    """Two requests that race for one link are one use."""
    await join(http, service)
    await http.post("/connexion", data={"email": ADDRESS})
    body = {"token": await token_of(service, "sign_in_requested")}
    answers = await asyncio.gather(*(http.post("/api/members/sessions", json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_a_sign_in_link_expires(http, service):
    """After its minutes the link signs nobody in."""
    await join(http, service)
    await http.post("/connexion", data={"email": ADDRESS})
    await say(service, "update sign_in_links set expires_at = now() - interval '1 second'")
    page = await http.post("/connexion/lien", data={"jeton": await token_of(service, "sign_in_requested")})
    assert page.status_code == 409
    assert "Demander un nouveau lien" in page.text


async def test_a_session_says_who_and_which_roles_and_is_verified(http, service):
    """Every service's verifier reads it, for ten minutes at most."""
    member_id = await join(http, service)
    opened = await sign_in(http, service, ADDRESS)
    session = await service.sessions.session_of(opened["session"])
    assert (session.person_id, session.roles) == (member_id, frozenset({(Role.MEMBER, "64")}))
    claims = claims_of(opened["session"])
    assert claims["exp"] - claims["iat"] == opened["expires_in"] == 600


async def test_a_refresh_token_renews_and_turns(http, service):
    """Each use gives a session and another token."""
    await join(http, service)
    opened = await sign_in(http, service, ADDRESS)
    answer = await http.post("/api/members/sessions/refresh", json={"refresh": opened["refresh"]})
    assert answer.status_code == 200
    assert answer.json()["refresh"] != opened["refresh"]
    assert (await http.get("/api/members/me", headers=bearer(answer.json()))).json()["email"] == ADDRESS


async def test_a_refresh_token_that_comes_back_ends_its_family(http, service):
    """A copied token signs out the thief and the owner."""
    await join(http, service)
    opened = await sign_in(http, service, ADDRESS)
    newer = (await http.post("/api/members/sessions/refresh", json={"refresh": opened["refresh"]})).json()
    await say(
        service, "update refresh_tokens set used_at = now() - interval '1 minute' where used_at is not null"
    )
    again = await http.post("/api/members/sessions/refresh", json={"refresh": opened["refresh"]})
    newest = await http.post("/api/members/sessions/refresh", json={"refresh": newer["refresh"]})
    assert (again.status_code, newest.status_code) == (401, 401)


async def test_two_tabs_may_renew_at_one_time(http, service):
    """Within seconds the same cookie from one browser is no theft."""
    await join(http, service)
    opened = await sign_in(http, service, ADDRESS)
    answers = [
        await http.post("/api/members/sessions/refresh", json={"refresh": opened["refresh"]})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]


async def test_a_family_ends_after_its_days(http, service):
    """A browser that was not used for a month signs in again."""
    await join(http, service)
    opened = await sign_in(http, service, ADDRESS)
    await say(service, "update sign_ins set expires_at = now() - interval '1 second'")
    answer = await http.post("/api/members/sessions/refresh", json={"refresh": opened["refresh"]})
    assert answer.status_code == 401


async def test_refresh_tokens_are_hashed_at_rest(http, service):
    """Who reads the database can renew nothing."""
    await join(http, service)
    opened = await sign_in(http, service, ADDRESS)
    async with service.database.begin() as work:
        stored = (await work.execute("select token_hash from refresh_tokens")).scalars().all()
    assert all(opened["refresh"].encode() not in one for one in stored)


async def test_nothing_about_sessions_is_published(http, service):
    """A signing key is the only fact that signing in tells the others."""
    await join(http, service)
    before = len(await recorded(service))
    await sign_in(http, service, ADDRESS)
    assert sorted(event.name for event in (await recorded(service))[before:]) == [
        "sign_in_requested",
        "signing_key_published",
    ]

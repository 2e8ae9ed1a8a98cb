"""Signing in by a mailed link: a button, once, and nothing that tells who has an account."""

import pytest

from deploy.local.campaign.people import People
from deploy.local.campaign.visitor import Refused, Visitor
from tests.running import Running


@pytest.fixture(scope="module")
def member(running: Running) -> Visitor:
    """Somebody who joined."""
    person = running.visitor()
    person.join(territory="35")
    person.mail_with("Bienvenue")
    return person


def test_a_link_signs_in_once(running: Running, member: Visitor) -> None:
    """The button works the first time; the second time the page says what to do."""
    browser = running.visitor((member.email, ""))
    browser.post("/api/members/sign-in-links", email=member.email)
    token = browser.mailed_token("/connexion/lien")
    shown = browser.request("GET", f"/connexion/lien?jeton={token}")
    assert "Me connecter" in shown.text
    assert "set-cookie" not in shown.headers, "a GET signs nobody in"
    assert browser.request("GET", "/moi").status_code == 401

    opened = browser.request("POST", "/connexion/lien", data={"jeton": token})
    assert (opened.status_code, opened.headers["location"]) == (303, "/moi")
    assert all("HttpOnly" in cookie for cookie in opened.headers.get_list("set-cookie"))
    assert browser.request("GET", "/moi").status_code == 200

    again = running.visitor().request("POST", "/connexion/lien", data={"jeton": token})
    assert again.status_code == 409
    assert "set-cookie" not in again.headers


def test_a_known_and_an_unknown_address_get_the_same_answer(running: Running, member: Visitor) -> None:
    """Nobody learns from the answer who is a member; only the mailbox knows."""
    stranger = running.visitor()
    answers = [
        stranger.request("POST", "/api/members/sign-in-links", json={"email": email})
        for email in (member.email, stranger.email)
    ]
    assert len({(answer.status_code, answer.text) for answer in answers}) == 1
    pages = [
        stranger.request("POST", "/connexion", data={"email": email})
        for email in (member.email, stranger.email)
    ]
    assert len({(page.status_code, page.headers["location"], page.text) for page in pages}) == 1
    assert stranger.subjects() == []


def test_every_service_knows_a_session(member: Visitor) -> None:
    """members signs; projects verifies with the public key that it heard of."""
    member.sign_in()
    assert member.get("/api/members/me")["display_name"] == member.name
    assert member.get("/api/projects/mine") == []


def test_a_forged_session_is_nobody(running: Running, member: Visitor) -> None:
    """A session whose claims were changed is no session."""
    head, claims, signature = member.session.split(".")
    forged = f"{head}.{claims[:-6]}AAAAAA.{signature}"
    answer = running.visitor().request(
        "GET", "/api/members/me", headers={"Authorization": f"Bearer {forged}"}
    )
    assert answer.status_code == 401


def test_the_command_line_makes_no_third_operator(running: Running, people: People) -> None:
    """The first two operators come by command; the next are granted by them."""
    done = running.milliard("members", "operator", "troisieme@exemple.test", "--name", "Trois")
    assert done.returncode == 1
    assert "Deux personnes opératrices sont déjà en fonction" in done.stderr


def test_the_local_key_cannot_grant(running: Running) -> None:
    """It operates lanes and imports; a role takes a signed-in person."""
    with running.platform.http("members") as http:
        body = {"email": "x@exemple.test", "role": "treasurer", "territory": "64"}
        assert http.post("/api/members/grants", json=body).status_code == 403


def test_a_role_that_moves_money_takes_two_operators(running: Running, people: People) -> None:
    """One operator proposes; the same one cannot confirm."""
    first = people.operators[0]
    person = running.visitor()
    person.join(territory="29")
    grant = first.post("/api/members/grants", email=person.email, role="treasurer", territory="29")
    assert grant["state"] == "waiting"
    with pytest.raises(Refused) as refused:
        first.post(f"/api/members/grants/{grant['grant_id']}/confirmation", order_hash=grant["order_hash"])
    assert (refused.value.status, refused.value.code) == (403, "same_person_twice")

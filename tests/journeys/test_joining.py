"""A person joins a territory, by a letter and a button; an organisation is told where its place is."""

import re

import pytest

from deploy.local.campaign.visitor import Refused
from tests.running import Running

MEMBERSHIP = {"territory": "64", "kind": "personne", "consent": True}
FORM = {"territory": "64", "kind": "personne", "consent": "oui"}
LINK = re.compile(r"https?://\S+/rejoindre/confirmer\?jeton=[\w.~-]+")


def test_the_registry_has_every_territory(running: Running) -> None:
    """All départements and overseas codes of the COG, and abroad, with their names and regions."""
    found = {one["code"]: one for one in running.visitor().get("/api/members/territories")}
    assert len(found) == 110
    assert {"01", "2A", "2B", "64", "75", "974", "976", "988", "99"} <= found.keys()
    assert (found["64"]["name"], found["64"]["region"]) == ("Pyrénées-Atlantiques", "Nouvelle-Aquitaine")


def test_a_person_joins_through_pages_and_mail(running: Running) -> None:
    """The form sends a letter, its link shows a button, the button makes a member who is signed in."""
    person = running.visitor()
    asked = person.request("POST", "/rejoindre", data={"email": person.email, "name": "Maïté", **FORM})
    assert (asked.status_code, asked.headers["location"]) == (303, "/rejoindre/merci")
    letter = person.mail_with("/rejoindre/confirmer")
    link = LINK.search(letter["Text"])
    assert link is not None
    assert link.group(0) in letter["HTML"].replace("&amp;", "&")
    assert "Je confirme mon adhésion" in person.request("GET", link.group(0)).text

    confirmed = person.request("POST", "/rejoindre/confirmer", data={"jeton": link.group(0).split("=")[1]})
    assert confirmed.headers["location"].startswith("/moi")
    assert "Maïté" in person.request("GET", "/moi").text, "the button also signs in"

    welcome = person.mail_with("Bienvenue")
    for part in (welcome["Text"], welcome["HTML"]):
        assert "Parler du milliard à trois personnes" in part.replace("\u00a0", " ")


def test_looking_at_the_link_confirms_nothing(running: Running) -> None:
    """Mail scanners follow links: only the button's POST makes a member."""
    person = running.visitor()
    person.post("/api/members/memberships", email=person.email, name="Ana", **MEMBERSHIP)
    token = person.mailed_token("/rejoindre/confirmer")
    for _ in range(2):
        assert person.request("GET", f"/rejoindre/confirmer?jeton={token}").status_code == 200
    assert "Bienvenue" not in " ".join(person.subjects())
    confirmed = person.post("/api/members/memberships/confirmations", token=token)
    assert (confirmed["territory"], confirmed["state"]) == ("64", "active")


def test_an_organisation_is_refused_in_french(running: Running) -> None:
    """Members are natural persons: the refusal says so, by page and by API, and no letter leaves."""
    someone = running.visitor()
    body = MEMBERSHIP | {"kind": "organisation"}
    with pytest.raises(Refused, match="personnes physiques") as refused:
        someone.post("/api/members/memberships", email=someone.email, name="Asso", **body)
    assert refused.value.status == 422
    form = FORM | {"kind": "organisation"}
    page = someone.request("POST", "/rejoindre", data={"email": someone.email, "name": "Asso", **form})
    assert page.status_code == 422
    assert "personnes physiques" in page.text
    assert someone.subjects() == []

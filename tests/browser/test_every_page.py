"""What holds for every page: it fits its window, says its language, has one title, and names each field."""

from typing import Any

import pytest

from deploy.local.campaign import cast
from deploy.local.campaign.people import People
from tests.browser.conftest import DESK, PHONE, Windows
from tests.running import Running

PUBLIC = (
    "/", "/territoires/64", "/badge", "/mentions", "/comptes", "/comptes/64", "/comptes/plan", "/comptes/fonds",
    "/comptes/monnaies", "/comptes/64/investissements", "/progression", "/promettre", "/promettre/organisation",
    "/promettre/intention", "/promettre/engagement/1", "/promettre/sous-condition", "/abondements", "/rejoindre",
    "/rejoindre/merci", "/rejoindre/confirmer?jeton=x", "/connexion", "/connexion/envoye", "/connexion/lien?jeton=x",
    "/projets", "/organisations", "/recus/verifier", "/enquete", "/enquete/resultats", "/nulle-part",
)  # fmt: skip
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NAMELESS = """[...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a")]
    .filter(one => !(one.labels?.length || one.ariaLabel || one.textContent.trim() || one.querySelector("title")))
    .map(one => one.outerHTML)"""
SILENT_IMAGES = "[...document.images].filter(one => !one.hasAttribute('alt')).map(one => one.src)"


def faults_of(page: Any) -> list[str]:
    """What is wrong with a page, in words."""
    faults = []
    if (too_wide := page.evaluate(OVERFLOW)) > 0:
        faults.append(f"{too_wide} px wider than the window")
    if (titles := page.locator("h1").count()) != 1:
        faults.append(f"{titles} first titles")
    if page.evaluate("document.documentElement.lang") != "fr":
        faults.append("another language than French, or none")
    if not page.title():
        faults.append("no title")
    faults += [f"without a name: {html}" for html in page.evaluate(NAMELESS)]
    faults += [f"image without words: {source}" for source in page.evaluate(SILENT_IMAGES)]
    return faults


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_public_pages_fit_and_speak(windows: Windows, width: int) -> None:
    """No horizontal scrolling, one first title, French, a name for each field, link and image."""
    faults = {path: faults_of(windows.open(path, width=width)) for path in PUBLIC}
    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_pages_of_roles_fit_and_speak(windows: Windows, running: Running, people: People, width: int) -> None:
    """The same for what members, operators, treasurers and stewards work with."""
    pages = [
        ("/moi", people.steward),
        ("/membres/roles", people.operators[0]),
        ("/banque", people.treasurers[0]),
        ("/banque/promesses", people.treasurers[0]),
        ("/banque/instruments", people.treasurers[0]),
        ("/banque/prelevements", people.treasurers[0]),
        ("/banque/mandats", people.treasurers[0]),
        ("/banque/virements", people.treasurers[0]),
        ("/banque/promesses/importer", people.treasurers[0]),
        ("/banque/recus", people.treasurers[0]),
        ("/banque/recus/organismes/nouveau", people.treasurers[0]),
        ("/banque/recus/versements?annee=2025", people.treasurers[0]),
        ("/comptes/plan", people.treasurers[0]),
        ("/comptes/plan/754110", people.treasurers[0]),
        (f"/comptes/{cast.TERRITORY}/versements", people.treasurers[0]),
        (f"/comptes/{cast.TERRITORY}/parts", people.treasurers[0]),
        (f"/comptes/{cast.TERRITORY}/journal?journal=COL", people.treasurers[0]),
        (f"/comptes/{cast.TERRITORY}/grand-livre", people.treasurers[0]),
        (f"/comptes/{cast.TERRITORY}/grand-livre?compte=512100", people.treasurers[0]),
        ("/comptes/grand-livre?compte=512100", people.treasurers[0]),
        (f"/comptes/{cast.TERRITORY}/remboursements", people.treasurers[0]),
        (f"/comptes/{cast.TERRITORY}/monnaies", people.treasurers[0]),
        ("/comptes/monnaies/nouvelle", people.treasurers[0]),
        (f"/besoins/{cast.TERRITORY}/a-decider", people.steward),
        ("/besoins", people.steward),
        ("/besoins/nouveau", people.steward),
        ("/organisations/nouvelle", people.steward),
    ]
    faults = {path: faults_of(windows.open(path, width=width, visitor=who)) for path, who in pages}
    assert {path: who.request("GET", path).status_code for path, who in pages} == dict.fromkeys(faults, 200)
    assert {path: found for path, found in faults.items() if found} == {}


def test_nothing_is_loaded_from_elsewhere(windows: Windows, running: Running) -> None:
    """A public page asks no other site for anything, and its policy blocks nothing of its own."""
    page = windows.open("/mentions")
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for path in ("/", "/badge", "/promettre"):
        page.goto(running.url + path)
    assert asked
    assert [url for url in asked if not url.startswith((running.url, "data:"))] == []
    assert said == []

"""What people do in a browser, with and without a script: promise, join, sign in, pay out."""

import re

import pytest
from playwright.sync_api import expect

from deploy.local.campaign import cast
from deploy.local.campaign.people import People
from tests.browser.conftest import PHONE, Windows
from tests.running import Running, eventually

LINK = re.compile(r"https?://\S+\?jeton=[\w.~-]+\S*")
either_way = pytest.mark.parametrize("javascript", [True, False], ids=["with a script", "without"])


@either_way
def test_a_promise_gives_a_reference_and_a_code(windows: Windows, javascript: bool) -> None:
    """Two fields, one button, and all that a transfer needs."""
    page = windows.open("/promettre", width=PHONE, javascript=javascript)
    page.get_by_label("Combien promettez-vous").fill("1 234,50")
    page.get_by_label("Pour quel territoire").select_option("974")
    page.get_by_role("button", name="Promettre").click()
    expect(page.locator("h1")).to_contain_text("Votre promesse de")
    assert re.search(r"RF\d{2}( \d{4})+", page.inner_text("main"))
    code = page.locator("main svg[role=img], main svg:has(title)").first
    expect(code).to_be_visible()
    assert (code.bounding_box() or {})["width"] > 100, "large enough to be scanned"


def test_a_mistake_is_said_beside_its_field(windows: Windows) -> None:
    """What was typed stays, and the field says what to do."""
    page = windows.open("/promettre", javascript=False)
    page.get_by_label("Combien promettez-vous").fill("beaucoup")
    page.get_by_role("button", name="Promettre").click()
    field = page.get_by_label("Combien promettez-vous")
    expect(field).to_have_value("beaucoup")
    expect(field).to_have_attribute("aria-invalid", "true")


@either_way
def test_a_person_joins_and_signs_in_again(windows: Windows, running: Running, javascript: bool) -> None:
    """The form, the letter in the mail catcher, the button, one's own page; out; and in by another letter."""
    person = running.visitor()
    page = windows.open("/rejoindre", width=PHONE, javascript=javascript)
    page.get_by_label("Votre nom").fill("Nour")
    page.get_by_label("Votre adresse de courriel").fill(person.email)
    page.get_by_label("Votre territoire").select_option("64")
    page.get_by_label("J’accepte").check()
    page.get_by_role("button", name="Rejoindre").click()
    expect(page.locator("h1")).to_contain_text("Regardez vos courriels")

    page.goto(_link_in(person.mail_with("/rejoindre/confirmer")["Text"]))
    page.get_by_role("button", name="Je confirme mon adhésion").click()
    expect(page.locator("h1")).to_contain_text("Nour")
    page.get_by_role("button", name="Me déconnecter").click()
    page.goto(f"{running.url}/moi")
    expect(page.locator("h1")).to_contain_text("Connexion nécessaire")

    page.get_by_role("link", name="Me connecter").click()
    page.get_by_label("Votre adresse de courriel").fill(person.email)
    page.get_by_role("button", name="Recevoir un lien").click()
    page.goto(_link_in(person.mail_with("/connexion/lien")["Text"]))
    page.get_by_role("button", name="Me connecter").click()
    expect(page.locator("h1")).to_contain_text("Nour")


def test_an_organisation_is_shown_its_own_place(windows: Windows) -> None:
    """Refused as a member, in French, with the way to the registry of organisations."""
    page = windows.open("/rejoindre", javascript=False)
    page.get_by_label("Une organisation").check()
    page.get_by_label("Votre nom").fill("Asso")
    page.get_by_label("Votre adresse de courriel").fill("asso@exemple.test")
    page.get_by_label("Votre territoire").select_option("64")
    page.get_by_label("J’accepte").check()
    page.get_by_role("button", name="Rejoindre").click()
    expect(page.locator("main")).to_contain_text("personnes physiques")
    expect(page.locator('main a[href^="/organisations"]').first).to_be_visible()


def test_treasurers_order_and_confirm_in_their_page(
    windows: Windows, running: Running, people: People
) -> None:
    """The first sees a button to order, and after it none; the second one to confirm, and after it none."""
    request_money(running, people)
    path = f"/comptes/{cast.TERRITORY}/versements"
    first, second = (
        windows.open(path, visitor=treasurer, javascript=False) for treasurer in people.treasurers
    )
    card = first.locator(".card", has_text="Les Marmites du coin")
    card.get_by_role("button", name="Ordonner ce versement").click()
    expect(card).to_contain_text("Une autre personne trésorière doit agir")
    assert card.get_by_role("button").count() == 0

    second.reload()
    card = second.locator(".card", has_text="Les Marmites du coin")
    card.get_by_role("button", name="Confirmer cet ordre").click()
    expect(card).to_contain_text("Engagé, attendu à la banque")
    assert card.get_by_role("button").count() == 0


def request_money(running: Running, people: People) -> None:
    """An organisation of territory 64 asks for 12 € out of an envelope that holds them."""
    day = running.bank_day()
    day.credit(2_000, reference=running.pledge(territory=cast.TERRITORY, euros=20)["reference"])
    running.import_day(day)
    person = running.visitor()
    person.join(territory=cast.TERRITORY)
    person.sign_in()
    organisation = person.post(
        "/api/projects/organisations",
        name="Les Marmites du coin",
        territory=cast.TERRITORY,
        rna="W641234567",
    )
    needs = f"/api/projects/{cast.TERRITORY}/needs"
    proposal = cast.NEED | {"amount_minor": 1_200}
    need = person.post(needs, organisation_id=organisation["organisation_id"], **proposal)
    people.steward.post(
        f"{needs}/{need['id']}/approval", decision_reference=cast.DECISION, decided_on="2026-01-15"
    )
    disbursements = f"{needs}/{need['id']}/disbursements"
    person.post(disbursements, amount_minor=1_200, payee_iban="FR1420041010050500013M02606")
    eventually(lambda: [one["state"] for one in person.get(disbursements)] == ["reserved"])


def test_the_mails_are_read_in_the_browser(windows: Windows, running: Running) -> None:
    """The local mail catcher lists them, newest first, and shows one as its reader would see it."""
    person = running.visitor()
    person.join(territory="33")
    person.mail_with("Bienvenue")
    page = windows.open(running.mail_url, javascript=False)
    page.get_by_role("link", name="Bienvenue").first.click()
    expect(page.frame_locator("iframe").locator("h1")).to_contain_text("Bienvenue")


def _link_in(text: str) -> str:
    found = LINK.search(text)
    assert found is not None, text
    return found.group(0)

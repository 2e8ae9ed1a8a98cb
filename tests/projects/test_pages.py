"""The French pages: the whole way of a need by forms alone."""

import re
from typing import Any

import httpx

from services.projects.domain.disbursements import DisbursementState
from services.projects.domain.needs import NeedState
from services.projects.pages import templates
from tests.projects.stage import IBAN, Stage


async def post(stage: Stage, address: str, headers: dict[str, str], **form: str) -> httpx.Response:
    return await stage.http.post(address, data=form, headers=headers)


async def test_a_need_goes_from_its_form_to_a_requested_disbursement(stage: Stage) -> None:
    """Described, decided, public, and money asked for: five forms, no JavaScript."""
    organisation_id = await stage.organisation()
    made = await post(
        stage,
        "/besoins/nouveau",
        stage.as_representative(),
        organisation_id=organisation_id,
        title="Un four à pain partagé",
        description="Cuire ensemble.\n\nFormer trois personnes.",
        amount="12 500,00",
        family="grant",
        fund="fonds-commun",
        territory="64",
        human_support="Dix heures de comptabilité",
    )
    assert made.status_code == 303
    own = made.headers["location"]
    need_id = own.rsplit("/", 1)[1]
    assert "Votre besoin est transmis" in (await stage.http.get(own, headers=stage.as_representative())).text

    listed = await stage.http.get("/besoins/64/a-decider", headers=stage.as_steward())
    assert f"/besoins/64/a-decider/{need_id}" in listed.text
    form = await stage.http.get(f"/besoins/64/a-decider/{need_id}", headers=stage.as_steward())
    assert "Dix heures de comptabilité" in form.text
    approved = await post(
        stage,
        f"/besoins/64/{need_id}/approbation",
        stage.as_steward(),
        decision_reference="AG du 12/03/2026, résolution 4",
        decided_on="2026-03-12",
    )
    assert approved.status_code == 303

    assert "Un four à pain partagé" in (await stage.http.get("/projets?territoire=64")).text
    public = (await stage.http.get(f"/projets/64/{need_id}")).text
    assert "AG du 12/03/2026, résolution 4" in public
    assert "12\u202f500,00\u00a0€" in public

    page = (await stage.http.get(own, headers=stage.as_representative())).text
    [key] = re.findall(r'name="key" value="([^"]+)"', page)
    for _ in range(2):  # a double click
        asked = await post(
            stage,
            f"{own}/versements",
            stage.as_representative(),
            key=key,
            amount="4 000",
            payee_iban=IBAN,
        )
        assert asked.status_code == 303
    [one] = await stage.disbursements(need_id)
    assert one["amount_minor"] == 400_000
    page = (await stage.http.get(own, headers=stage.as_representative())).text
    assert "FR76\u00a0••••\u00a00189" in page
    assert IBAN not in page


async def test_a_request_beyond_the_remaining_is_corrected_in_its_form(stage: Stage) -> None:
    """The sentence stands beside the amount, and the page keeps what was typed."""
    need_id = await stage.approved_need(amount_minor=1_000)
    page = await post(
        stage,
        f"/besoins/64/{need_id}/versements",
        stage.as_representative(),
        amount="10,01",
        payee_iban=IBAN,
    )
    assert page.status_code == 422
    assert "10,00\u00a0€" in page.text
    assert 'value="10,01"' in page.text


async def test_an_unclear_form_of_a_need_names_each_field(stage: Stage) -> None:
    """Every wrong field at once."""
    await stage.organisation()
    page = await post(stage, "/besoins/nouveau", stage.as_representative(), amount="beaucoup", territory="20")
    assert page.status_code == 422
    for field in ("organisation_id", "title", "description", "amount", "family", "fund", "territory"):
        assert f'id="erreur-{field}"' in page.text


async def test_a_refusal_without_a_reason_asks_for_one(stage: Stage) -> None:
    """An organisation is never refused in silence."""
    need_id = await stage.need()
    page = await post(stage, f"/besoins/64/{need_id}/refus", stage.as_steward(), reason=" ")
    assert page.status_code == 422
    assert await stage.state(need_id) == "submitted"
    done = await post(stage, f"/besoins/64/{need_id}/refus", stage.as_steward(), reason="Le budget manque.")
    assert done.status_code == 303
    own = await stage.http.get(f"/besoins/64/{need_id}", headers=stage.as_representative())
    assert "Le budget manque." in own.text


async def test_a_need_is_withdrawn_by_one_button(stage: Stage) -> None:
    """Until it is decided."""
    need_id = await stage.need()
    assert (await post(stage, f"/besoins/64/{need_id}/retrait", stage.as_representative())).status_code == 303
    assert await stage.state(need_id) == "withdrawn"
    assert "Retiré" in (await stage.http.get("/besoins", headers=stage.as_representative())).text


async def test_the_pages_of_one_are_closed_to_others(stage: Stage) -> None:
    """A visitor is asked to sign in; a stranger sees no need that waits; a steward only their territory's."""
    need_id = await stage.need()
    assert (await stage.http.get("/besoins")).status_code == 401
    assert (await stage.http.get(f"/projets/64/{need_id}")).status_code == 404
    assert (await stage.http.get("/besoins/64/a-decider", headers=stage.as_steward("33"))).status_code == 403
    own = await stage.http.get(f"/besoins/64/{need_id}", headers=stage.as_steward())
    assert own.status_code == 404


async def test_a_territory_without_projects_is_a_welcome(stage: Stage) -> None:
    """Zero is shown, with what can be done."""
    page = (await stage.http.get("/projets?territoire=2a")).text
    assert "Aucun projet n’est encore soutenu ici." in page
    assert "/promettre" in page


async def test_an_address_with_an_unknown_territory_is_not_found(stage: Stage) -> None:
    """`20` was Corsica, long ago."""
    assert (await stage.http.get("/projets?territoire=20")).status_code == 404


async def test_those_who_represent_nobody_are_led_to_the_registry(stage: Stage) -> None:
    """Both pages say the first step."""
    for address in ("/besoins", "/besoins/nouveau"):
        page = await stage.http.get(address, headers=stage.as_representative())
        assert "/organisations/nouvelle" in page.text


def test_every_state_has_its_french_words() -> None:
    """No page can meet a state that it cannot name."""
    words: Any = templates.environment.get_template("words.html").module
    assert all("status" in words.need_state(state) for state in NeedState)
    assert all("status" in words.disbursement_state(state) for state in DisbursementState)

"""The registry of organisations, by HTTP and by its pages."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from tests.projects.stage import Stage


async def register(stage: Stage, **changes: str) -> httpx.Response:
    body = {"name": "La Graine commune", "territory": "64", "siren": "732829320"} | changes
    return await stage.http.post("/api/projects/organisations", json=body, headers=stage.as_representative())


async def test_an_organisation_is_registered_and_listed(stage: Stage) -> None:
    """Everybody reads its name, territory and SIREN; nobody reads who represents it."""
    made = await register(stage)
    assert made.status_code == 201
    listed = await stage.http.get("/api/projects/organisations?territory=64")
    assert listed.json() == [made.json()]
    assert made.json()["siren"] == "732829320"
    assert str(stage.representative) not in listed.text


async def test_nobody_registers_without_signing_in(stage: Stage) -> None:
    """A representative is a person who can be asked."""
    assert (await stage.http.post("/api/projects/organisations", json={})).status_code == 401


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"siren": "732829321"}, 422, "n’est pas valable"),
        ({"siren": ""}, 422, "Indiquez le numéro SIREN"),
        ({"rna": "X641000123"}, 422, "commence par W"),
        ({"siren": "", "tribunal_reference": "volume 1"}, 422, "Alsace"),
        ({"territory": "20"}, 404, "Ce territoire n’existe pas"),
        ({"name": " "}, 422, "obligatoire"),
    ],
)
async def test_each_refusal_has_its_sentence(
    stage: Stage, changes: dict[str, str], status: int, sentence: str
) -> None:
    """What is wrong is said in French, as problem details."""
    refused = await register(stage, **changes)
    assert refused.status_code == status
    assert sentence in refused.json()["detail"]


async def test_two_registrations_of_one_siren_at_once_make_one(stage: Stage) -> None:
    """The second one is told that the organisation is there."""
    answers = await asyncio.gather(*[register(stage) for _ in range(4)])
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert "déjà inscrite" in next(a for a in answers if a.status_code == 409).json()["detail"]


async def test_an_association_of_moselle_is_registered_by_volume_and_folio(stage: Stage) -> None:
    """It has neither SIREN nor RNA."""
    made = await register(stage, territory="57", siren="", tribunal_reference="Metz, volume 12, folio 3")
    assert made.status_code == 201


async def test_an_unknown_organisation_is_not_found(stage: Stage) -> None:
    """In a French sentence."""
    missing = await stage.http.get(f"/api/projects/organisations/{uuid4()}")
    assert missing.status_code == 404
    assert "registre" in missing.json()["detail"]


async def test_the_registry_page_welcomes_those_who_tried_to_join(stage: Stage) -> None:
    """It says why, what an organisation can do here, and where a person joins."""
    page = (await stage.http.get("/organisations")).text
    for said in ("personnes physiques", "/organisations/nouvelle", "/rejoindre", "Aucune organisation"):
        assert said in page


async def test_the_form_shows_every_error_at_once_and_keeps_what_was_typed(stage: Stage) -> None:
    """Two wrong fields are two sentences; nothing is typed again."""
    form = {"name": "", "territory": "64", "siren": "123", "rna": "W1"}
    page = await stage.http.post("/organisations", data=form, headers=stage.as_representative())
    assert page.status_code == 422
    assert page.text.count("À corriger") == 3
    assert 'value="123"' in page.text


async def test_the_form_leads_to_the_page_of_the_organisation(stage: Stage) -> None:
    """Post, redirect, get; its representative is invited to describe a need, others are not."""
    form = {"name": "La Graine commune", "territory": "64", "siren": "73282932000074"}
    made = await stage.http.post("/organisations", data=form, headers=stage.as_representative())
    assert made.status_code == 303
    own = await stage.http.get(made.headers["location"], headers=stage.as_representative())
    assert "732&nbsp;829&nbsp;320" in own.text
    assert "Décrire un besoin" in own.text
    assert "Décrire un besoin" not in (await stage.http.get(made.headers["location"])).text


async def test_the_registry_is_read_page_by_page(stage: Stage) -> None:
    """Fifty organisations a page, and a link to the next."""
    await asyncio.gather(
        *[register(stage, siren="", rna=f"W64100{n:04d}", name=f"Association {n:03d}") for n in range(51)]
    )
    first = (await stage.http.get("/organisations?territoire=64")).text
    second = (await stage.http.get("/organisations?territoire=64&page=2")).text
    assert "Association 049" in first
    assert "Association 050" not in first
    assert "Association 050" in second

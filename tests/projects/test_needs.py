"""Needs, from their submission to their decision, by HTTP."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from shared.events.projects import NeedApproved
from shared.testing.harness import recorded
from tests.projects.stage import Stage


async def test_a_submitted_need_waits_and_is_not_public(stage: Stage) -> None:
    """Its representative and the stewards of its territory see it; nobody else does."""
    need_id = await stage.need()
    address = f"/api/projects/64/needs/{need_id}"
    assert (await stage.http.get(address)).status_code == 404
    assert (await stage.http.get(address, headers=stage.as_steward("33"))).status_code == 404
    assert (await stage.http.get(address, headers=stage.as_steward())).json()["state"] == "submitted"
    assert (await stage.http.get(address, headers=stage.as_representative())).status_code == 200
    assert (await stage.http.get("/api/projects/needs")).json() == []


async def test_an_approval_names_its_decision_and_is_published(stage: Stage) -> None:
    """The event says organisation, amount and decision, and no person."""
    need_id = await stage.approved_need()
    [event] = await recorded(stage.service)
    assert isinstance(event, NeedApproved)
    assert (event.territory, event.need_id, event.amount_minor) == ("64", UUID(need_id), 1_250_000)
    assert (event.decision_reference, event.approved_on) == (
        "AG du 12/03/2026, résolution 4",
        date(2026, 3, 12),
    )
    said = event.model_dump_json()
    assert str(stage.steward) not in said
    assert str(stage.representative) not in said
    [listed] = (await stage.http.get("/api/projects/needs?territory=64")).json()
    assert listed["state"] == "approved"


async def test_who_asked_and_who_approved_are_kept(stage: Stage) -> None:
    """The two persons behind an approval can be compared later."""
    await stage.approved_need()
    async with stage.service.database.begin() as work:
        [row] = await work.execute("select submitted_by, decided_by from needs")
    assert tuple(row) == (stage.representative, stage.steward)


async def test_the_representative_who_is_also_steward_does_not_approve(stage: Stage) -> None:
    """Another person must decide."""
    need_id = await stage.need()
    refused = await stage.approve(need_id, headers=stage.as_steward(person=stage.representative))
    assert refused.status_code == 403
    assert "une autre personne" in refused.json()["detail"]
    assert await stage.state(need_id) == "submitted"


async def test_a_steward_of_another_territory_does_not_approve(stage: Stage) -> None:
    """Roles are held in one territory."""
    need_id = await stage.need()
    assert (await stage.approve(need_id, headers=stage.as_steward("33"))).status_code == 403
    elsewhere = await stage.http.post(
        f"/api/projects/33/needs/{need_id}/approval",
        json={"decision_reference": "AG", "decided_on": "2026-03-12"},
        headers=stage.as_steward("33"),
    )
    assert elsewhere.status_code == 404


async def test_a_need_is_decided_once(stage: Stage) -> None:
    """The second decision is refused, and nothing is published twice."""
    need_id = await stage.approved_need()
    again = await stage.approve(need_id)
    assert again.status_code == 409
    assert "déjà été prise" in again.json()["detail"]
    assert len(await recorded(stage.service)) == 1


async def test_a_decision_of_the_future_approves_nothing(stage: Stage) -> None:
    """Its date is refused with a sentence."""
    refused = await stage.approve(await stage.need(), decided_on="2999-01-01")
    assert refused.status_code == 422
    assert "futur" in refused.json()["detail"]


async def test_a_refusal_is_read_with_its_reason_by_the_organisation(stage: Stage) -> None:
    """And it says nothing on the bus: a refused need is nobody else's business."""
    need_id = await stage.need()
    await stage.http.post(
        f"/api/projects/64/needs/{need_id}/refusal",
        json={"reason": "Le budget manque."},
        headers=stage.as_steward(),
    )
    [mine] = (await stage.http.get("/api/projects/mine", headers=stage.as_representative())).json()
    assert (mine["state"], mine["refusal_reason"]) == ("ineligible", "Le budget manque.")
    assert await recorded(stage.service) == []


async def test_an_organisation_withdraws_before_the_decision_only(stage: Stage) -> None:
    """Afterwards it is told that a decision was taken."""
    address = f"/api/projects/64/needs/{await stage.need()}/withdrawal"
    assert (await stage.http.post(address, headers=stage.as_steward())).status_code == 403
    assert (await stage.http.post(address, headers=stage.as_representative())).json()["state"] == "withdrawn"
    again = await stage.http.post(address, headers=stage.as_representative())
    assert again.status_code == 409
    assert "ne peut plus être retiré" in again.json()["detail"]


async def test_a_need_is_submitted_by_the_representative_only(stage: Stage) -> None:
    """Somebody else is told whose account to use."""
    organisation_id = await stage.organisation()
    stage.representative = uuid4()
    refused = await stage.submit(organisation_id)
    assert refused.status_code == 403
    assert "représente" in refused.json()["detail"]


@pytest.mark.parametrize("amount", [1250.0, "1250", True, None])
async def test_an_amount_is_an_integer_of_cents_and_nothing_else(stage: Stage, amount: object) -> None:
    """Neither a float nor a text nor a truth is taken for money."""
    refused = await stage.submit(await stage.organisation(), amount_minor=amount)
    assert refused.status_code == 422


async def test_the_database_itself_refuses_an_approval_without_another_person(stage: Stage) -> None:
    """Whatever the code does: a decision, and not by the one who asked."""
    await stage.need()
    with pytest.raises(Exception, match="ck_needs__decision"):
        async with stage.service.database.begin() as work:
            await work.execute(
                "update needs set state = 'approved', decision_reference = 'AG', decided_on = now(),"
                " decided_by = submitted_by"
            )

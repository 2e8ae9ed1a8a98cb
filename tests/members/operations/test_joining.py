"""Joining: double opt-in, one answer for everybody, and what is said when a member joins."""

import asyncio
from uuid import UUID

import pytest

from services.members.domain.missions import first_missions
from shared.events.members import MemberJoined, RoleGranted
from shared.testing import client_for, recorded
from tests.members.conftest import FORM, join, letters_of, say, token_of


async def test_joining_sends_a_link_and_no_event_of_the_territory(http, service):
    """Before the confirmation nobody has joined."""
    answer = await http.post("/rejoindre", data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/rejoindre/merci")
    [letter] = await letters_of(service)
    assert letter.content.email == "camille.roux@exemple.fr"
    assert letter.content.url.startswith("http://milliard.test/rejoindre/confirmer?jeton=")
    assert not [event for event in await recorded(service) if isinstance(event, MemberJoined)]


async def test_opening_the_link_changes_nothing(http, service):
    """Mail scanners follow links: the GET shows a button."""
    await http.post("/rejoindre", data=FORM)
    page = await http.get("/rejoindre/confirmer", params={"jeton": await token_of(service)})
    assert page.status_code == 200
    assert "Je confirme mon adhésion" in page.text
    assert not [event for event in await recorded(service) if isinstance(event, MemberJoined)]


async def test_confirming_makes_a_member_with_first_missions(http, service):
    """The event says who joined which territory, with the missions of the catalogue."""
    member_id = await join(http, service)
    [joined] = [event for event in await recorded(service) if isinstance(event, MemberJoined)]
    assert (joined.member_id, joined.territory) == (member_id, "64")
    assert [mission.title for mission in joined.missions] == [one.title for one in first_missions().missions]


async def test_confirming_records_the_contact(http, service):
    """Notifications learns the address, sealed, once the member is confirmed."""
    member_id = await join(http, service)
    contact = (await letters_of(service))[-1]
    assert (contact.type, contact.person_id) == ("contact_recorded", member_id)
    assert contact.content.display_name == "Camille Roux"


async def test_plain_membership_is_no_grant(http, service):
    """The member role travels in the session alone."""
    await join(http, service)
    assert not [event for event in await recorded(service) if isinstance(event, RoleGranted)]


async def test_a_confirmation_link_serves_once(http, service):
    """The second use is refused and records nothing."""
    await join(http, service)
    before = len(await recorded(service))
    again = await http.post("/api/members/memberships/confirmations", json={"token": await token_of(service)})
    assert (again.status_code, again.json()["code"]) == (409, "link_used_up")
    assert len(await recorded(service)) == before


async def test_a_used_link_does_not_bring_back_who_resigned(http, service):
    """Leaving is not undone by an old mail."""
    await join(http, service)
    await say(service, "update persons set state = 'resigned'")
    again = await http.post("/api/members/memberships/confirmations", json={"token": await token_of(service)})
    assert again.status_code == 409


async def test_two_forms_at_one_time_make_one_person(http, service):
    """A double click joins once."""
    answers = await asyncio.gather(*(http.post("/rejoindre", data=FORM) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({letter.person_id for letter in await letters_of(service)}) == 1


async def test_a_confirmation_link_expires(http, service):
    """After its hours the link confirms nothing."""
    await http.post("/rejoindre", data=FORM)
    await say(service, "update membership_requests set expires_at = now() - interval '1 second'")
    page = await http.post("/rejoindre/confirmer", data={"jeton": await token_of(service)})
    assert page.status_code == 409
    assert "déjà servi ou n’est plus valable" in page.text


async def test_a_link_confirms_what_its_own_form_said(http, service):
    """Somebody else who types my address cannot change what my link confirms."""
    await http.post("/rejoindre", data=FORM)
    mine = await token_of(service)
    await http.post("/rejoindre", data={**FORM, "territory": "13", "name": "Pas Camille"})
    answer = await http.post("/api/members/memberships/confirmations", json={"token": mine})
    assert answer.json()["territory"] == "64"


async def test_the_answer_is_the_same_for_a_known_address(http, service):
    """Nobody learns from the form who is a member."""
    unknown = await http.post("/rejoindre", data=FORM)
    await http.post("/api/members/memberships/confirmations", json={"token": await token_of(service)})
    known = await http.post("/rejoindre", data=FORM)
    assert (known.status_code, known.headers["location"]) == (
        unknown.status_code,
        unknown.headers["location"],
    )
    assert known.content == unknown.content


async def test_a_member_who_joins_again_gets_a_sign_in_link(http, service):
    """The owner of the address is told what is useful: how to come in."""
    await join(http, service)
    await http.post("/rejoindre", data=FORM)
    assert (await letters_of(service))[-1].type == "sign_in_requested"


async def test_an_organisation_is_refused_and_shown_the_partners(http, service):
    """The refusal is kind, in French, and leads to the registry of organisations."""
    page = await http.post("/rejoindre", data={**FORM, "kind": "organisation"})
    assert page.status_code == 422
    assert "ouverte seulement aux personnes physiques" in page.text
    assert 'href="/organisations"' in page.text
    assert await recorded(service) == []


async def test_an_organisation_is_refused_by_the_api(http):
    """Programs get the same refusal, by name."""
    answer = await http.post(
        "/api/members/memberships",
        json={
            "email": "a@exemple.fr",
            "name": "Asso",
            "territory": "64",
            "kind": "organisation",
            "consent": True,
        },
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "organisation_cannot_join")


async def test_letters_to_one_address_are_limited_and_the_answer_stays(http, service):
    """Nobody floods a stranger's mailbox through the form, or notices the limit."""
    limit = service.settings.letters_per_address_per_hour
    answers = [await http.post("/rejoindre", data=FORM) for _ in range(limit + 2)]
    assert {answer.status_code for answer in answers} == {303}
    assert len(await letters_of(service)) == limit


async def test_a_flood_from_one_client_is_refused(make_service, http):
    """Past the limit of forms the answer is 429, in French."""
    service = await make_service("members", forms_per_client_per_hour=2)
    async with client_for(service) as flooding:
        answers = [
            await flooding.post("/rejoindre", data={**FORM, "email": f"a{n}@exemple.fr"}) for n in range(4)
        ]
        other = await flooding.post("/rejoindre", data=FORM, headers={"X-Forwarded-For": "192.0.2.7"})
    assert [answer.status_code for answer in answers] == [303, 303, 429, 429]
    assert other.status_code == 303


@pytest.mark.parametrize("field", ["email", "name", "territory", "consent"])
async def test_a_wrong_form_is_shown_again_with_what_was_typed(http, field):
    """The page says what to correct and keeps the rest."""
    page = await http.post("/rejoindre", data={**FORM, field: ""})
    assert page.status_code == 422
    assert f'href="#champ-{field}"' in page.text


async def test_consent_is_kept_with_its_words_time_and_source(http, service):
    """What was agreed to can be shown later (RGPD, article 7)."""
    member_id = await join(http, service)
    async with service.database.begin() as work:
        row = (
            await work.execute(
                "select consent_version, consented_at, consent_source from persons where person_id = :id",
                id=UUID(str(member_id)),
            )
        ).one()
    assert (row.consent_version, row.consent_source) == ("2026-11", "page")
    assert row.consented_at is not None

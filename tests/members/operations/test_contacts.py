"""Savers who are no members leave a contact once, with the random identifier of their pledge."""

from uuid import uuid4

import pytest

from shared.testing import recorded
from tests.members.conftest import join, letters_of


def contact(person_id, **changes):
    return {
        "person_id": str(person_id),
        "email": "nour@exemple.fr",
        "name": "Nour",
        "territory": "974",
        "suite": "/promesses/abc",
        **changes,
    }


async def test_a_saver_leaves_a_contact_and_goes_back(http, service):
    """Notifications learns the address, sealed; the browser returns to the pledge."""
    person_id = uuid4()
    answer = await http.post("/membres/contact", data=contact(person_id))
    assert (answer.status_code, answer.headers["location"]) == (303, "/promesses/abc?contact=note")
    [letter] = await letters_of(service)
    assert (letter.type, letter.person_id, letter.territory) == ("contact_recorded", person_id, "974")
    assert letter.content.email == "nour@exemple.fr"


async def test_a_second_contact_is_ignored_with_the_same_answer(http, service):
    """Who learns a pledge's address cannot divert its letters."""
    person_id = uuid4()
    first = await http.post("/membres/contact", data=contact(person_id))
    second = await http.post("/membres/contact", data=contact(person_id, email="autre@exemple.fr"))
    assert (first.status_code, first.headers["location"]) == (second.status_code, second.headers["location"])
    assert [letter.content.email for letter in await letters_of(service)] == ["nour@exemple.fr"]


async def test_a_members_contact_is_not_replaced(http, service):
    """The same holds for an account's identifier."""
    member_id = await join(http, service)
    before = len(await recorded(service))
    answer = await http.post("/membres/contact", data=contact(member_id))
    assert answer.status_code == 303
    assert len(await recorded(service)) == before


async def test_two_savers_may_share_an_address(http, service):
    """Each pledge without an account makes its own saver."""
    for person_id in (uuid4(), uuid4()):
        assert (await http.post("/membres/contact", data=contact(person_id))).status_code == 303
    assert len(await letters_of(service)) == 2


async def test_a_savers_address_can_still_join(http, service):
    """A contact that nobody confirmed does not stand in a member's way."""
    saver = uuid4()
    await http.post("/membres/contact", data=contact(saver))
    assert await join(http, service, email="nour@exemple.fr") != saver


async def test_a_saver_cannot_sign_in(http, service):
    """The address was never confirmed: it is no account."""
    await http.post("/membres/contact", data=contact(uuid4()))
    await http.post("/connexion", data={"email": "nour@exemple.fr"})
    assert [letter.type for letter in await letters_of(service)] == ["contact_recorded"]


@pytest.mark.parametrize(
    "suite", ["https://ailleurs.fr", "//ailleurs.fr", "/\\ailleurs.fr", "javascript:alert(1)", ""]
)
async def test_the_way_back_stays_on_this_site(http, suite):
    """A return path that leads elsewhere leads home."""
    answer = await http.post("/membres/contact", data=contact(uuid4(), suite=suite))
    assert answer.headers["location"] == "/?contact=note"


async def test_a_wrong_contact_is_corrected_on_the_spot(http):
    """What was typed stays, with the pledge that it is for."""
    person_id = uuid4()
    page = await http.post("/membres/contact", data=contact(person_id, email="nour"))
    assert page.status_code == 422
    assert str(person_id) in page.text
    assert 'value="Nour"' in page.text


@pytest.mark.parametrize("person_id", ["", "pas-un-identifiant", "01890000-0000-7000-8000-000000000000"])
async def test_an_identifier_that_no_pledge_made_is_refused(http, person_id):
    """Only a pledge's random identifier opens a contact."""
    assert (await http.post("/membres/contact", data=contact(person_id))).status_code == 404


async def test_the_api_takes_the_same_contact(http, service):
    """Programs leave one too."""
    body = {key: value for key, value in contact(uuid4()).items() if key != "suite"}
    assert (await http.post("/api/members/contacts", json=body)).status_code == 202
    assert len(await letters_of(service)) == 1

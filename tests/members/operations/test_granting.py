"""Granting roles: two persons for what moves money, one to withdraw, and the first two."""

import asyncio

import pytest

from shared.events.members import RoleGranted, RoleRevoked
from shared.testing import client_for, recorded, session_token
from tests.members.conftest import bearer, claims_of, found, join, sign_in

ADDRESS = "camille.roux@exemple.fr"
GRANTS = "/api/members/grants"


async def propose(http, operator, *, email=ADDRESS, role="treasurer", territory="64"):
    return await http.post(
        GRANTS, json={"email": email, "role": role, "territory": territory}, headers=operator.headers
    )


async def confirm(http, operator, grant, **changes):
    body = {"order_hash": grant["order_hash"], **changes}
    return await http.post(f"{GRANTS}/{grant['grant_id']}/confirmation", json=body, headers=operator.headers)


async def granted(service, role: str) -> list[RoleGranted]:
    return [
        event for event in await recorded(service) if isinstance(event, RoleGranted) and event.role == role
    ]


async def test_a_steward_takes_one_operator(http, service, operators):
    """The role moves no money: it is active at once, on its territory's lane."""
    member_id = await join(http, service)
    answer = await propose(http, operators[0], role="steward")
    assert (answer.status_code, answer.json()["state"]) == (201, "active")
    [event] = await granted(service, "steward")
    assert (event.territory, event.person_id) == ("64", member_id)


async def test_a_treasurer_waits_for_a_second_operator(http, service, operators):
    """Nobody hears of a role that one person alone proposed."""
    await join(http, service)
    answer = await propose(http, operators[0])
    assert answer.json()["state"] == "waiting"
    assert await granted(service, "treasurer") == []


async def test_the_second_operator_confirms_the_hash(http, service, operators):
    """Then the role is active and says who granted and who confirmed it."""
    first, second = operators
    member_id = await join(http, service)
    grant = (await propose(http, first)).json()
    assert (await confirm(http, second, grant)).json()["state"] == "active"
    [event] = await granted(service, "treasurer")
    assert (event.person_id, event.granted_by, event.confirmed_by) == (
        member_id,
        first.person_id,
        second.person_id,
    )


async def test_the_first_operator_cannot_confirm(http, service, operators):
    """Two persons means two."""
    await join(http, service)
    grant = (await propose(http, operators[0])).json()
    answer = await confirm(http, operators[0], grant)
    assert (answer.status_code, answer.json()["code"]) == (403, "same_person_twice")


async def test_another_account_of_the_first_operator_cannot_confirm(http, service, operators):
    """A plus-address is a second account, not a second person."""
    first, second = operators
    await join(http, service, email="alix+autre@exemple.fr")
    # Alix's colleague proposes the second account; only a third operator could confirm it.
    other = (
        await propose(http, second, email="alix+autre@exemple.fr", role="national_operator", territory="00")
    ).json()
    assert (await confirm(http, first, other)).json()["code"] == "own_role"


async def test_a_treasurer_proposed_by_one_account_is_not_confirmed_by_the_other(http, service, operators):
    """Even when both accounts hold the operator's role."""
    first, second = operators
    await join(http, service, email="a.lix@gmail.com")
    await join(http, service, email="alix@googlemail.com")
    await join(http, service)
    accounts = []
    for email, one, two in (("a.lix@gmail.com", first, second), ("alix@googlemail.com", first, second)):
        grant = (await propose(http, one, email=email, role="national_operator", territory="00")).json()
        assert (await confirm(http, two, grant)).status_code == 200
        opened = await sign_in(http, service, email)
        accounts.append(type(first)(grant["person_id"], bearer(opened)))
    grant = (await propose(http, accounts[0])).json()
    answer = await confirm(http, accounts[1], grant)
    assert (answer.status_code, answer.json()["code"]) == (403, "same_person_twice")


async def test_the_grantee_cannot_confirm(http, service, operators):
    """An operator who is made treasurer does not decide on it."""
    first, second = operators
    grant = (await propose(http, first, email="dominique@exemple.fr")).json()
    assert (await confirm(http, second, grant)).json()["code"] == "own_role"


async def test_nobody_proposes_a_role_of_their_own(http, operators):
    """Neither directly nor for a plus-address."""
    answer = await propose(http, operators[0], email="alix@exemple.fr", role="treasurer")
    assert (answer.status_code, answer.json()["code"]) == (403, "own_role")


async def test_another_hash_confirms_nothing(http, service, operators):
    """The second person confirms exactly what the first one proposed."""
    await join(http, service)
    grant = (await propose(http, operators[0])).json()
    answer = await confirm(http, operators[1], grant, order_hash="0" * 64)
    assert (answer.status_code, answer.json()["code"]) == (409, "grant_changed")
    assert await granted(service, "treasurer") == []


async def test_a_grant_is_confirmed_once(http, service, operators):
    """A repeated confirmation grants nothing twice."""
    await join(http, service)
    grant = (await propose(http, operators[0])).json()
    await confirm(http, operators[1], grant)
    assert (await confirm(http, operators[1], grant)).json()["code"] == "grant_not_waiting"
    assert len(await granted(service, "treasurer")) == 1


async def test_a_role_held_already_is_not_granted_again(http, service, operators):
    """One role, one grant."""
    await join(http, service)
    await propose(http, operators[0])
    assert (await propose(http, operators[1])).json()["code"] == "role_held_already"


async def test_one_operator_withdraws_a_role(http, service, operators):
    """Making the platform safer takes one person, and the others hear of it."""
    await join(http, service)
    grant = (await propose(http, operators[0], role="steward")).json()
    answer = await http.delete(f"{GRANTS}/{grant['grant_id']}", headers=operators[1].headers)
    assert answer.json()["state"] == "revoked"
    [event] = [event for event in await recorded(service) if isinstance(event, RoleRevoked)]
    assert (event.territory, str(event.grant_id)) == ("64", grant["grant_id"])


async def test_a_withdrawn_proposal_is_no_event(http, service, operators):
    """What was never granted is not revoked."""
    await join(http, service)
    grant = (await propose(http, operators[0])).json()
    await http.delete(f"{GRANTS}/{grant['grant_id']}", headers=operators[1].headers)
    assert not [event for event in await recorded(service) if isinstance(event, RoleRevoked)]
    assert (await confirm(http, operators[1], grant)).json()["code"] == "grant_not_waiting"


async def test_an_operator_whose_role_was_withdrawn_grants_nothing(http, service, operators):
    """The session says operator for ten minutes more; the grants decide."""
    first, second = operators
    await join(http, service)
    [own] = [
        grant
        for grant in (await http.get(GRANTS, headers=second.headers)).json()
        if grant["person_id"] == str(first.person_id)
    ]
    await http.delete(f"{GRANTS}/{own['grant_id']}", headers=second.headers)
    assert (await propose(http, first, role="steward")).json()["code"] == "operator_needed"


async def test_the_proposal_of_an_operator_who_left_cannot_be_confirmed(http, service, operators, local_key):
    """A proposal does not outlive the trust in who made it."""
    first, second = operators
    await join(http, service)
    grant = (await propose(http, first)).json()
    [own] = [
        one
        for one in (await http.get(GRANTS, headers=second.headers)).json()
        if one["person_id"] == str(first.person_id)
    ]
    await http.delete(f"{GRANTS}/{own['grant_id']}", headers=second.headers)
    assert (await confirm(http, second, grant)).json()["code"] == "operator_needed"


async def test_a_granted_role_is_in_the_next_session(http, service, operators):
    """Beside the member's own."""
    await join(http, service)
    grant = (await propose(http, operators[0])).json()
    await confirm(http, operators[1], grant)
    opened = await sign_in(http, service, ADDRESS)
    assert claims_of(opened["session"])["roles"] == ["member@64", "treasurer@64"]


@pytest.mark.parametrize("territory", ["64", "00"])
async def test_a_treasurer_grants_nothing(service, operators, territory):
    """Only national operators do."""
    token = session_token(operators[0].person_id, roles=[("treasurer", territory), ("steward", "64")])
    async with client_for(service) as http:
        answer = await http.get(GRANTS, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


async def test_the_local_key_neither_grants_confirms_nor_withdraws(http, service, operators, local_key):
    """The command line operates; persons decide."""
    await join(http, service)
    grant = (await propose(http, operators[0])).json()
    answers = [
        await http.post(
            GRANTS, json={"email": ADDRESS, "role": "steward", "territory": "64"}, headers=local_key()
        ),
        await http.post(
            f"{GRANTS}/{grant['grant_id']}/confirmation",
            json={"order_hash": grant["order_hash"]},
            headers=local_key(),
        ),
        await http.delete(f"{GRANTS}/{grant['grant_id']}", headers=local_key()),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


async def test_the_third_founding_operator_is_refused(http, operators, local_key):
    """Two are there: they grant the rest."""
    answer = await http.post(
        "/api/members/founding-operators", json={"email": "c@exemple.fr", "name": "C"}, headers=local_key()
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "founders_complete")


async def test_founders_who_race_are_two_at_most(http, service, local_key):
    """Commands run at one time do not make a third founder."""
    answers = await asyncio.gather(
        *(
            http.post(
                "/api/members/founding-operators",
                json={"email": f"f{n}@exemple.fr", "name": "F"},
                headers=local_key(),
            )
            for n in range(4)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409]


async def test_one_person_is_not_both_founding_operators(http, service, local_key):
    """The second founder is a second mailbox."""
    await found(http, service, local_key, "alix@exemple.fr")
    answer = await http.post(
        "/api/members/founding-operators",
        json={"email": "alix+2@exemple.fr", "name": "Alix"},
        headers=local_key(),
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "role_held_already")


async def test_only_the_local_key_founds(http, service, operators):
    """No session makes founders, an operator's neither."""
    body = {"email": "c@exemple.fr", "name": "C"}
    answers = [
        await http.post("/api/members/founding-operators", json=body, headers=operators[0].headers),
        await http.post("/api/members/founding-operators", json=body),
    ]
    assert [answer.status_code for answer in answers] == [403, 401]


async def test_a_founding_operator_is_no_member_until_joining(http, service, operators):
    """A role is not a membership; joining makes one and keeps the role."""
    await http.post("/api/members/sign-in-links", json={"email": "alix@exemple.fr"})
    me = (await http.get("/api/members/me", headers=operators[0].headers)).json()
    assert (me["state"], me["roles"]) == ("invited", [{"role": "national_operator", "territory": "00"}])
    assert await join(http, service, email="alix@exemple.fr") == operators[0].person_id
    me = (await http.get("/api/members/me", headers=operators[0].headers)).json()
    assert [role["role"] for role in me["roles"]] == ["member", "national_operator"]


async def test_two_accounts_of_one_mailbox_do_not_make_two_treasurers(http, service, operators):
    """The second account's proposal stays unconfirmed in that territory; elsewhere it is welcome."""
    first, second = operators
    await join(http, service)
    assert (await confirm(http, second, (await propose(http, first)).json())).is_success
    other_account = "camille.roux+2@exemple.fr"
    await join(http, service, email=other_account)
    refused = await confirm(http, second, (await propose(http, first, email=other_account)).json())
    assert (refused.status_code, len(await granted(service, "treasurer"))) == (409, 1)
    elsewhere = (await propose(http, first, email=other_account, territory="40")).json()
    assert (await confirm(http, second, elsewhere)).is_success

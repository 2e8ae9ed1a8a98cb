"""Roles: where they exist, and the two persons behind those that move money."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.members.domain.grant_refusals import (
    CONFIRMATION_DAYS,
    GrantChanged,
    GrantNotWaiting,
    OwnRole,
    RoleUnknownThere,
    SamePersonTwice,
)
from services.members.domain.grants import (
    MOVES_MONEY,
    ROLE_NAMES,
    ROLE_SENTENCES,
    Proposal,
    check_confirmation,
    check_role,
)
from shared.identity.who import Role

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PROPOSAL = Proposal(grant_id=uuid4(), territory="64", person_id=uuid4(), role="treasurer", granted_by=uuid4())
RIGHT = {
    "proposal": PROPOSAL,
    "proposed_at": NOW,
    "now": NOW,
    "order_hash": PROPOSAL.order_hash(),
    "first_email": "first@exemple.fr",
    "second_email": "second@exemple.fr",
    "grantee_email": "grantee@exemple.fr",
}


def test_a_second_person_confirms():
    """Another operator, the right hash, in time: nothing is raised."""
    check_confirmation(**RIGHT)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"second_email": "first@exemple.fr"}, SamePersonTwice),
        ({"second_email": "First+autre@exemple.fr"}, SamePersonTwice),
        ({"first_email": "fi.rst@gmail.com", "second_email": "first@googlemail.com"}, SamePersonTwice),
        ({"second_email": "grantee+1@exemple.fr"}, OwnRole),
        ({"order_hash": "0" * 64}, GrantChanged),
        ({"now": NOW + timedelta(days=CONFIRMATION_DAYS, seconds=1)}, GrantNotWaiting),
    ],
)
def test_one_person_cannot_be_two(change: dict, error: type[Exception]):
    """Not the first person under another account, not the grantee, not another order, not too late."""
    with pytest.raises(error):
        check_confirmation(**{**RIGHT, **change})


@pytest.mark.parametrize(
    "change", [{"territory": "65"}, {"role": "steward"}, {"person_id": uuid4()}, {"granted_by": uuid4()}]
)
def test_the_hash_covers_every_part_of_the_order(change: dict):
    """Whatever changes in a proposal changes what must be confirmed."""
    assert replace(PROPOSAL, **change).order_hash() != PROPOSAL.order_hash()


@pytest.mark.parametrize(
    ("role", "territory"),
    [("national_operator", "64"), ("steward", "00"), ("member", "64"), ("treasurer", "20"), ("roi", "64")],
)
def test_a_role_that_does_not_exist_there_is_refused(role: str, territory: str):
    """Operators are national, stewards are not, and membership is no grant."""
    with pytest.raises(RoleUnknownThere):
        check_role(role, territory)


def test_the_rules_and_the_sessions_name_the_same_roles():
    """The pure rules cannot import the sessions' roles: they must not drift apart."""
    assert {Role.TREASURER.value, Role.NATIONAL_OPERATOR.value} == MOVES_MONEY
    assert {role.value for role in Role} == set(ROLE_SENTENCES) == {*ROLE_NAMES, "member"}

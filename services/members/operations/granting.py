"""Granting roles: one operator proposes, a second one confirms what moves money, any one withdraws."""

from uuid import UUID

from services.members.domain.addresses import read_address
from services.members.domain.grant_refusals import (
    GranteeUnknown,
    GrantNotWaiting,
    GrantUnknown,
    OperatorNeeded,
    RoleHeldAlready,
)
from services.members.domain.grants import (
    MOVES_MONEY,
    TREASURER,
    Proposal,
    check_confirmation,
    check_one_account,
    check_proposal,
    check_role,
)
from services.members.queries import operators, other_treasurers, proposal_of
from services.members.repository import (
    grant,
    lock_treasurers,
    open_grant,
    person_who_may_sign_in,
)
from services.members.repository import person as person_by_id
from services.members.tables import Person, RoleGrant
from shared.database import Work
from shared.events.members import RoleGranted, RoleRevoked
from shared.values import new_id


async def propose_grant(work: Work, *, operator_id: UUID, email: str, role: str, territory: str) -> RoleGrant:
    """Grant a role to the person of an address; what moves money waits for a second operator.

    Raises OperatorNeeded, AddressRefused, RoleUnknownThere, GranteeUnknown, OwnRole, RoleHeldAlready.
    """
    operator_email = await _email_of_operator(work, operator_id)
    check_role(role, territory)
    grantee = await person_who_may_sign_in(work, read_address(email))
    if grantee is None:
        raise GranteeUnknown
    assert grantee.email is not None
    check_proposal(operator_email=operator_email, grantee_email=grantee.email)
    if await open_grant(work, territory=territory, person_id=grantee.person_id, role=role):
        raise RoleHeldAlready
    proposed = new_grant(
        work,
        grantee=grantee,
        role=role,
        territory=territory,
        granted_by=operator_id,
        waits=role in MOVES_MONEY,
    )
    if proposed.state == "active":
        say_granted(work, proposed)
    return proposed


async def confirm_grant(work: Work, *, operator_id: UUID, grant_id: UUID, order_hash: str) -> RoleGrant:
    """Make a waiting role active, by a second person who confirms the hash of exactly that proposal.

    Raises GrantUnknown, OperatorNeeded, GrantNotWaiting, GrantChanged, OwnRole, SamePersonTwice,
    HeldByOtherAccount.
    """
    waiting = await grant(work, grant_id)
    if waiting is None:
        raise GrantUnknown
    second_email = await _email_of_operator(work, operator_id)
    if waiting.state != "waiting" or waiting.granted_by is None:
        raise GrantNotWaiting
    # The first one must still be an operator: a proposal does not outlive the trust in who made it.
    first_email = await _email_of_operator(work, waiting.granted_by)
    grantee = await person_by_id(work, waiting.person_id)
    if grantee is None or grantee.email is None:
        raise GranteeUnknown
    check_confirmation(
        proposal=proposal_of(waiting),
        proposed_at=waiting.granted_at,
        now=work.now,
        order_hash=order_hash,
        first_email=first_email,
        second_email=second_email,
        grantee_email=grantee.email,
    )
    if waiting.role == TREASURER:
        await lock_treasurers(work, waiting.territory)
        others = await other_treasurers(work, territory=waiting.territory, than=grantee.person_id)
        check_one_account(grantee_email=grantee.email, treasurers=others)
    waiting.state, waiting.confirmed_by, waiting.confirmed_at = "active", operator_id, work.now
    say_granted(work, waiting)
    return waiting


async def revoke_grant(work: Work, *, operator_id: UUID, grant_id: UUID) -> RoleGrant:
    """Withdraw a role, or a proposal: one operator is enough to make the platform safer.

    Raises GrantUnknown, OperatorNeeded.
    """
    held = await grant(work, grant_id)
    if held is None or held.state == "revoked":
        raise GrantUnknown
    await _email_of_operator(work, operator_id)
    was_active = held.state == "active"
    held.state, held.revoked_by, held.revoked_at = "revoked", operator_id, work.now
    if was_active:
        work.record(
            RoleRevoked(
                territory=held.territory, grant_id=held.grant_id, person_id=held.person_id, role=held.role
            )
        )
    return held


async def _email_of_operator(work: Work, person_id: UUID) -> str:
    """The address of an active operator, by the grants and not by a session that may be minutes old."""
    email = (await operators(work)).get(person_id)
    if email is None:
        raise OperatorNeeded
    return email


def new_grant(
    work: Work, *, grantee: Person, role: str, territory: str, granted_by: UUID | None, waits: bool
) -> RoleGrant:
    """Add a grant, active or waiting, with the hash of its proposal."""
    proposal = Proposal(
        grant_id=new_id(), territory=territory, person_id=grantee.person_id, role=role, granted_by=granted_by
    )
    made = RoleGrant(
        territory=territory,
        grant_id=proposal.grant_id,
        person_id=proposal.person_id,
        role=role,
        state="waiting" if waits else "active",
        order_hash=proposal.order_hash(),
        granted_by=granted_by,
        granted_at=work.now,
    )
    work.session.add(made)
    return made


def say_granted(work: Work, active: RoleGrant) -> None:
    """Tell everybody that a person holds a role from now on."""
    work.record(
        RoleGranted(
            territory=active.territory,
            grant_id=active.grant_id,
            person_id=active.person_id,
            role=active.role,
            granted_by=active.granted_by,
            confirmed_by=active.confirmed_by,
        )
    )

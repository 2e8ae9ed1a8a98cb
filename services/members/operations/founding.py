"""The first two national operators, without whom nobody could grant anything (decision 0004)."""

from services.members.domain.addresses import canonical_address
from services.members.domain.grant_refusals import FoundersComplete, GranteeUnknown, RoleHeldAlready
from services.members.domain.grants import FOUNDING_OPERATORS, NATIONAL_OPERATOR
from services.members.domain.membership import Standing
from services.members.operations.granting import new_grant, say_granted
from services.members.operations.sealed_letters import record_contact, wrapped_new_key
from services.members.queries import operators
from services.members.repository import account_of, add_person, lock_address, lock_founding, open_grant
from services.members.settings import Settings
from services.members.tables import Person, RoleGrant
from shared.database import Work
from shared.values import NATIONAL, new_id


async def found_operator(work: Work, *, settings: Settings, email: str, name: str) -> RoleGrant:
    """Make one of the first two national operators, without whom nobody could grant anything (decision 0004).

    Raises FoundersComplete, RoleHeldAlready.
    """
    await lock_founding(work)
    active = await operators(work)
    if len(active) >= FOUNDING_OPERATORS:
        raise FoundersComplete
    if canonical_address(email) in {canonical_address(known) for known in active.values()}:
        raise RoleHeldAlready
    await lock_address(work, email)
    person = await account_of(work, email)
    if person is None or person.state == Standing.PENDING_EMAIL:
        person = await _invite(work, settings=settings, known=person, email=email, name=name)
    elif person.state not in (Standing.ACTIVE, Standing.INVITED):
        raise GranteeUnknown
    held = await open_grant(work, territory=NATIONAL, person_id=person.person_id, role=NATIONAL_OPERATOR)
    if held is not None:  # proposed before, by an operator who is none any more
        held.state, held.revoked_at = "revoked", work.now
        await work.session.flush()
    founded = new_grant(
        work, grantee=person, role=NATIONAL_OPERATOR, territory=NATIONAL, granted_by=None, waits=False
    )
    say_granted(work, founded)
    return founded


async def _invite(work: Work, *, settings: Settings, known: Person | None, email: str, name: str) -> Person:
    """A person who may sign in without being a member: the address proves itself at the first sign-in."""
    if known is None:
        person_id = new_id()
        known = await add_person(
            work,
            Person(
                person_id=person_id,
                territory=NATIONAL,
                state=Standing.INVITED,
                email=email,
                display_name=name,
                wrapped_key=wrapped_new_key(settings, person_id),
                created_at=work.now,
            ),
        )
    else:
        known.state, known.display_name = Standing.INVITED, name
    record_contact(work, settings=settings, person=known)
    return known

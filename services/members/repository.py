"""Finds and locks the rows that operations change, and adds new ones."""

from uuid import UUID

from sqlmodel import col, select

from services.members.domain.membership import MAY_SIGN_IN, Standing
from services.members.tables import MembershipRequest, Person, RefreshToken, RoleGrant, SignIn, SignInLink
from shared.database import Work

ACCOUNTS = tuple(standing.value for standing in Standing if standing not in (Standing.SAVER, Standing.ERASED))


async def lock_address(work: Work, email: str) -> None:
    """Let one transaction at a time find or make the account of an address."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended(:email, 1))", email=email)


async def lock_founding(work: Work) -> None:
    """Let one transaction at a time count the national operators."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended('founding', 2))")


async def lock_treasurers(work: Work, territory: str) -> None:
    """Let one transaction at a time see who the treasurers of a territory are, and add to them."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended(:territory, 4))", territory=territory)


async def account_of(work: Work, email: str) -> Person | None:
    """The account of an address, locked: a saver's unconfirmed address is none."""
    found = await work.session.execute(
        select(Person).where(col(Person.email) == email, col(Person.state).in_(ACCOUNTS)).with_for_update()
    )
    return found.scalar_one_or_none()


async def person_who_may_sign_in(work: Work, email: str) -> Person | None:
    """The account of an address when its owner may sign in, locked."""
    person = await account_of(work, email)
    return person if person is not None and person.state in MAY_SIGN_IN else None


async def person(work: Work, person_id: UUID, *, lock: bool = False) -> Person | None:
    """A person by identifier; erased ones too."""
    return await work.session.get(Person, person_id, with_for_update=lock, populate_existing=lock)


async def add_person(work: Work, person: Person) -> Person:
    """Add a person now: rows that name the person follow in the same transaction."""
    work.session.add(person)
    await work.session.flush()
    return person


async def membership_request(work: Work, token_hash: bytes) -> MembershipRequest | None:
    """The request of a confirmation link, locked, so that the link serves once."""
    return await work.session.get(MembershipRequest, token_hash, with_for_update=True)


async def sign_in_link(work: Work, token_hash: bytes) -> SignInLink | None:
    """A sign-in link, locked, so that it serves once."""
    return await work.session.get(SignInLink, token_hash, with_for_update=True)


async def refresh_token(work: Work, token_hash: bytes) -> tuple[RefreshToken, SignIn] | None:
    """A refresh token and its family. The family is locked: its tokens are used one after the other."""
    token = await work.session.get(RefreshToken, token_hash)
    if token is None:
        return None
    sign_in = await work.session.get(SignIn, token.sign_in_id, with_for_update=True)
    await work.session.refresh(token)
    return (token, sign_in) if sign_in is not None else None


async def grant(work: Work, grant_id: UUID) -> RoleGrant | None:
    """A grant, locked."""
    found = await work.session.execute(
        select(RoleGrant).where(col(RoleGrant.grant_id) == grant_id).with_for_update()
    )
    return found.scalar_one_or_none()


async def open_grant(work: Work, *, territory: str, person_id: UUID, role: str) -> RoleGrant | None:
    """The grant of a role that is active or waits, if there is one."""
    found = await work.session.execute(
        select(RoleGrant).where(
            col(RoleGrant.territory) == territory,
            col(RoleGrant.person_id) == person_id,
            col(RoleGrant.role) == role,
            col(RoleGrant.state) != "revoked",
        )
    )
    return found.scalar_one_or_none()

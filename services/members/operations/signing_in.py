"""Signing in by mailed link, and staying signed in: short sessions, renewed by tokens that serve once."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

import jwt

from services.members.domain.links import LinkUsedUp, hash_of, new_token
from services.members.domain.membership import MAY_SIGN_IN
from services.members.operations.limits import admit_client, may_write_to
from services.members.operations.sealed_letters import record_link
from services.members.operations.signing_keys import current_signer
from services.members.queries import roles_of
from services.members.repository import person as person_by_id
from services.members.repository import person_who_may_sign_in, refresh_token, sign_in_link
from services.members.settings import Settings
from services.members.tables import Person, RefreshToken, SignIn, SignInLink
from shared.database import Work
from shared.events.members import SignInRequested
from shared.identity import AUDIENCE, ISSUER, SESSION_MINUTES
from shared.values import new_id


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a browser or a program keeps: a signed session (JWT) and the token that renews it, once."""

    person_id: UUID
    session: str
    expires_in_seconds: int
    refresh: str


async def ask_for_sign_in(
    work: Work, *, settings: Settings, email: str, client: str, return_path: str = ""
) -> None:
    """Send a sign-in link when the address is known. Nothing tells the caller. Raises TooManyRequests."""
    await admit_client(work, settings=settings, client=client)
    if not await may_write_to(work, settings=settings, email=email):
        return
    person = await person_who_may_sign_in(work, email)
    if person is not None:
        send_sign_in_link(work, settings=settings, person=person, return_path=return_path)


def send_sign_in_link(work: Work, *, settings: Settings, person: Person, return_path: str = "") -> None:
    """Have a link mailed that signs this person in, then leads to `return_path`."""
    token, expires_at = new_token(), work.now + timedelta(minutes=settings.sign_in_minutes)
    work.session.add(SignInLink(token_hash=hash_of(token), person_id=person.person_id, expires_at=expires_at))
    query = urlencode({"jeton": token} | ({"suite": return_path} if return_path else {}))
    assert person.display_name is not None
    record_link(
        work,
        SignInRequested,
        settings=settings,
        person=person,
        greeting=person.display_name,
        territory=person.territory,
        path=f"/connexion/lien?{query}",
        expires_at=expires_at,
    )


async def sign_in(work: Work, *, settings: Settings, token: str) -> SignedIn:
    """Sign in the person of a link. Raises LinkUsedUp."""
    link = await sign_in_link(work, hash_of(token))
    if link is None or link.used_at is not None or link.expires_at <= work.now:
        raise LinkUsedUp
    person = await person_by_id(work, link.person_id)
    if person is None or person.state not in MAY_SIGN_IN:
        raise LinkUsedUp
    link.used_at = work.now
    return await start_session(work, settings=settings, person=person)


async def start_session(work: Work, *, settings: Settings, person: Person) -> SignedIn:
    """Open a new family of sessions for a person who has just proved the address."""
    sign_in = SignIn(
        sign_in_id=new_id(),
        person_id=person.person_id,
        started_at=work.now,
        expires_at=work.now + timedelta(days=settings.refresh_days),
    )
    work.session.add(sign_in)
    await work.session.flush()
    return await _issue(work, settings=settings, sign_in=sign_in)


async def renew_session(work: Work, *, settings: Settings, refresh: str) -> SignedIn | None:
    """A new session for a refresh token, which serves once; None when it is worth nothing.

    A token that comes back was copied: its whole family ends, for the thief and for the owner. That end is
    state to commit, so this answers None and does not raise.
    """
    found = await refresh_token(work, hash_of(refresh))
    if found is None:
        return None
    token, family = found
    if family.ended_at is not None or family.expires_at <= work.now:
        return None
    if token.used_at is None:
        token.used_at = work.now
    elif work.now - token.used_at > timedelta(seconds=settings.refresh_grace_seconds):
        family.ended_at = work.now
        return None
    person = await person_by_id(work, family.person_id)
    if person is None or person.state not in MAY_SIGN_IN:
        family.ended_at = work.now
        return None
    family.expires_at = work.now + timedelta(days=settings.refresh_days)
    return await _issue(work, settings=settings, sign_in=family)


async def sign_out(work: Work, *, refresh: str) -> None:
    """End the family of a refresh token. An unknown one is nothing to end."""
    found = await refresh_token(work, hash_of(refresh))
    if found is not None:
        found[1].ended_at = found[1].ended_at or work.now


async def _issue(work: Work, *, settings: Settings, sign_in: SignIn) -> SignedIn:
    refresh = new_token()
    work.session.add(RefreshToken(token_hash=hash_of(refresh), sign_in_id=sign_in.sign_in_id))
    signer = await current_signer(work, settings=settings)
    roles = await roles_of(work, sign_in.person_id)
    issued_at, life = int(work.now.timestamp()), SESSION_MINUTES * 60
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(sign_in.person_id),
        "iat": issued_at,
        "exp": issued_at + life,
        "roles": [f"{role}@{territory}" for role, territory in roles],
    }
    session = jwt.encode(claims, signer.private_key, algorithm="EdDSA", headers={"kid": signer.key_id})
    return SignedIn(person_id=sign_in.person_id, session=session, expires_in_seconds=life, refresh=refresh)

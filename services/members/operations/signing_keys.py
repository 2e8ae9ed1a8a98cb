"""The keys that sign sessions (RFC 8037): made here, wrapped at rest, public halves told to everybody."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import col, select

from services.members.operations.vault import Vault
from services.members.settings import Settings
from services.members.tables import SessionKey
from shared.database import Work
from shared.events.members import SigningKeyPublished
from shared.identity import SESSION_MINUTES
from shared.values import NATIONAL, new_id

KNOWN_AFTER = timedelta(minutes=1)
"""A new key signs only after this, when there is an older one: the other services must have heard of it."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key, opened, and the name under which verifiers know it."""

    key_id: str
    private_key: Ed25519PrivateKey


async def keep_signing_keys(work: Work, *, settings: Settings) -> None:
    """Have a key that is valid for long enough, and tell all valid ones.

    Run at every start and daily: a service that came later, or lost its database, hears the keys again.
    """
    keys = await _valid_keys(work)
    if not keys or keys[-1].valid_until - work.now < timedelta(days=settings.signing_key_renewal_days):
        keys.append(await _make_key(work, settings=settings))
    told = await work.execute("select key_id, public_key from signing_keys")
    public_keys = {row.key_id: row.public_key for row in told}
    for key in keys:
        _publish(work, key_id=key.key_id, public_key=public_keys[key.key_id], valid_until=key.valid_until)


async def current_signer(work: Work, *, settings: Settings) -> Signer:
    """The newest key that everybody has had the time to hear of; the first one is made when there is none."""
    keys = [
        key
        for key in await _valid_keys(work)
        if key.valid_until - work.now > timedelta(minutes=SESSION_MINUTES)
    ]
    if not keys:
        key = await _make_key(work, settings=settings)
        rows = await work.execute("select public_key from signing_keys where key_id = :id", id=key.key_id)
        _publish(work, key_id=key.key_id, public_key=rows.scalar_one(), valid_until=key.valid_until)
        keys = [key]
    known = [key for key in keys if key.created_at <= work.now - KNOWN_AFTER]
    chosen = (known or keys)[-1]
    private = Vault(settings.secret).unwrap(chosen.wrapped_private_key, owner=chosen.key_id)
    return Signer(key_id=chosen.key_id, private_key=Ed25519PrivateKey.from_private_bytes(private))


async def _valid_keys(work: Work) -> list[SessionKey]:
    """The keys that are still valid, oldest first, under a lock: two starting replicas make one key."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended('signing keys', 4))")
    found = await work.session.execute(
        select(SessionKey).where(col(SessionKey.valid_until) > work.now).order_by(col(SessionKey.created_at))
    )
    return list(found.scalars())


async def _make_key(work: Work, *, settings: Settings) -> SessionKey:
    private = Ed25519PrivateKey.generate()
    key_id = f"session-{new_id()}"
    key = SessionKey(
        key_id=key_id,
        wrapped_private_key=Vault(settings.secret).wrap(private.private_bytes_raw(), owner=key_id),
        created_at=work.now,
        valid_until=work.now + timedelta(days=settings.signing_key_days),
    )
    work.session.add(key)
    public = base64.urlsafe_b64encode(private.public_key().public_bytes_raw()).decode().rstrip("=")
    await work.execute(
        "insert into signing_keys (key_id, public_key, valid_until) values (:id, :key, :until)",
        id=key_id,
        key=public,
        until=key.valid_until,
    )
    return key


def _publish(work: Work, *, key_id: str, public_key: str, valid_until: datetime) -> None:
    work.record(
        SigningKeyPublished(territory=NATIONAL, key_id=key_id, public_key=public_key, valid_until=valid_until)
    )

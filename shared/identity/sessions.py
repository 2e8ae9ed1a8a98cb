"""Verifies sessions: EdDSA JWT signed by members, and the short ones of the command line's local key (RFC 8037).

Public keys come as events (`SigningKeyPublished`) into each service's own table, so that a service verifies
sessions while members is down. Nothing here can sign.
"""

import base64
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from shared.identity.who import LOCAL_KEY, NOBODY, Role, Session
from shared.values.tokens import AUDIENCE, ISSUER, LOCAL_TOKEN_SECONDS, OPERATOR_ISSUER

SESSION_COOKIE = "milliard_session"

SESSION_MINUTES = 10
"""A revoked role keeps working for this long at most on routes that read the session alone."""

KEY_SECONDS = 60
"""A key that was found is trusted for this long before the projection is asked again: it may have expired."""

KEY_ID = re.compile(r"[\w-]{1,64}")

FindKey = Callable[[str], Awaitable[str | None]]


def public_key_from(encoded: str) -> Ed25519PublicKey:
    """The Ed25519 key of a raw base64url text, as `SigningKeyPublished` carries it."""
    return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))


class SessionVerifier:
    """Turns a token into a session. `find_key(key_id)` reads the projection; found keys are remembered."""

    def __init__(self, *, find_key: FindKey, operator_key_file: Path | None) -> None:
        self._find_key = find_key
        self._keys: dict[str, tuple[Ed25519PublicKey, float]] = {}
        self._operator_key_file = operator_key_file

    async def session_of(self, token: str) -> Session:
        """The session of a token; nobody's when it is malformed, expired, or signed by no key that we know."""
        try:
            key_id = jwt.get_unverified_header(token).get("kid", "")
            if key_id == OPERATOR_ISSUER:
                return self._local_key_session(token)
            key = await self._key(key_id)
            if key is None:
                return NOBODY
            claims = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": ["exp", "iat", "sub"]},
            )
            if claims["exp"] - claims["iat"] > SESSION_MINUTES * 60:
                return NOBODY
            roles = frozenset(
                (Role(role), territory)
                for role, _, territory in (held.partition("@") for held in claims.get("roles", ()))
            )
            return Session(person_id=UUID(claims["sub"]), roles=roles)
        except (jwt.InvalidTokenError, ValueError):
            return NOBODY

    def _local_key_session(self, token: str) -> Session:
        if self._operator_key_file is None or not self._operator_key_file.exists():
            return NOBODY
        key = load_pem_public_key(self._operator_key_file.read_bytes())
        claims = jwt.decode(
            token,
            key,  # type: ignore[arg-type]
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            issuer=OPERATOR_ISSUER,
            options={"require": ["exp", "iat"]},
        )
        return LOCAL_KEY if claims["exp"] - claims["iat"] <= LOCAL_TOKEN_SECONDS else NOBODY

    async def _key(self, key_id: str) -> Ed25519PublicKey | None:
        if not KEY_ID.fullmatch(key_id):
            return None
        now = time.monotonic()
        key, found_at = self._keys.get(key_id, (None, 0.0))
        if key is None or now - found_at > KEY_SECONDS:
            encoded = await self._find_key(key_id)
            if encoded is None:
                self._keys.pop(key_id, None)
                return None
            key = public_key_from(encoded)
            self._keys[key_id] = key, now
        return key

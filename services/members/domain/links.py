"""Links sent by mail: a random token that serves once, for a time, and is never stored as it was sent."""

import hashlib
import secrets

TOKEN_BYTES = 32
"""256 random bits cannot be guessed, so a plain hash of them is enough at rest (no salt, no stretching)."""


class LinkUsedUp(Exception):
    """The link was used, is too old, or was never sent."""

    def __init__(self) -> None:
        super().__init__(
            "Ce lien a déjà servi ou n’est plus valable. Demandez-en un nouveau\u00a0: il arrive aussitôt."
        )


def new_token() -> str:
    """A new token, in characters that a URL carries as they are."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> bytes:
    """What is stored of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()

"""Claim links: whoever paid without a reference attaches the payment to a promise, by a link that a treasurer sent.

A link serves once and for a time; only the hash of its token is kept.
"""

import hashlib
import secrets
from datetime import timedelta

TOKEN_BYTES = 32
"""256 random bits cannot be guessed, so a plain hash of them is enough at rest."""

LIFETIME = timedelta(days=60)
"""Long enough for a letter by post and a holiday; a treasurer can make another at any time."""


class ClaimUsedUp(Exception):
    """The link was used, is too old, was replaced, or its payment has found its promise by other ways."""

    def __init__(self) -> None:
        super().__init__(
            "Ce lien a déjà servi ou n’est plus valable : le paiement a peut-être déjà trouvé sa promesse. "
            "Demandez un nouveau lien à la personne qui vous l’a envoyé."
        )


def new_token() -> str:
    """A new token, in characters that a URL carries as they are."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> bytes:
    """What is stored of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()

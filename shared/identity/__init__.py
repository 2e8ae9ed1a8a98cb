"""Who is asking: sessions signed by members and verified here, roles in a territory, and what each route allows."""

from shared.identity.access import Access, allow, anyone, signed_in
from shared.identity.sessions import SESSION_COOKIE, SESSION_MINUTES, SessionVerifier
from shared.identity.who import LOCAL_KEY, NOBODY, Role, Session
from shared.values.tokens import AUDIENCE, ISSUER

__all__ = [
    "AUDIENCE",
    "ISSUER",
    "LOCAL_KEY",
    "NOBODY",
    "SESSION_COOKIE",
    "SESSION_MINUTES",
    "Access",
    "Role",
    "Session",
    "SessionVerifier",
    "allow",
    "anyone",
    "signed_in",
]

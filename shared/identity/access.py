"""What each route allows. Every route declares exactly one rule; a test reads them all and tries them all.

A route with `{territory}` in its path asks for the role in that territory; any other is national (`00`).
A role held in one territory says nothing about another, and a national role does not reach into a territory.
"""

from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request

from shared.identity.sessions import SESSION_COOKIE
from shared.identity.who import NOBODY, Role, Session
from shared.values import NATIONAL
from shared.web.errors import UserError


@dataclass(frozen=True)
class Access:
    """One rule. Used as a dependency it returns the session, or refuses with 401 or 403."""

    is_public: bool = False
    roles: frozenset[Role] = frozenset()
    local_key: bool = False

    async def __call__(self, request: Request) -> Session:
        session = await _session_of(request)
        request.state.session = session if session.is_signed_in else None
        if self.is_public:
            return session
        if session.is_local_key:
            if self.local_key:
                return session
            raise UserError(
                "La clé locale ne peut pas faire cela : une personne habilitée doit se connecter.",
                status=403,
                code="forbidden",
            )
        if not session.is_signed_in:
            raise UserError(
                "Connectez-vous pour continuer, puis réessayez.", status=401, code="sign_in_required"
            )
        territory = str(request.path_params.get("territory", NATIONAL)).upper()
        if (self.roles or self.local_key) and not session.holds(self.roles, territory):
            raise UserError(
                "Votre rôle ne permet pas cette action dans ce territoire : demandez à une personne habilitée.",
                status=403,
                code="forbidden",
            )
        return session


async def _session_of(request: Request) -> Session:
    bearer = request.headers.get("authorization", "")
    token = bearer[7:] if bearer.lower().startswith("bearer ") else request.cookies.get(SESSION_COOKIE)
    if not token:
        return NOBODY
    return await request.app.state.sessions.session_of(token)


def anyone() -> Any:
    """Everybody may call it; the session says who does, when somebody signed in."""
    return Depends(Access(is_public=True))


def signed_in() -> Any:
    """Any signed-in person."""
    return Depends(Access())


def allow(*roles: Role, local_key: bool = False) -> Any:
    """Persons who hold one of the roles in the route's territory, and the local key where it is said so."""
    return Depends(Access(roles=frozenset(roles), local_key=local_key))

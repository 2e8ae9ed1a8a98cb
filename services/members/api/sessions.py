"""Signing in, for programs: a mailed token gives a session, a refresh token renews it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from services.members.domain.addresses import read_address
from services.members.operations.limits import ClientAddress
from services.members.operations.signing_in import SignedIn, ask_for_sign_in, renew_session, sign_in
from services.members.settings import Configured
from shared.identity import anyone
from shared.runtime import Transaction
from shared.web.errors import error_response

router = APIRouter(prefix="/api/members", tags=["sessions"])


class SignInForm(BaseModel):
    """The address that wants to sign in."""

    email: str


class LinkOnItsWay(BaseModel):
    """The one answer, whether the address is known or not."""

    message: str = "Si cette adresse est connue, un lien de connexion y arrive dans quelques instants."


class SignInToken(BaseModel):
    """The token of the link that was mailed."""

    token: str


class RefreshForm(BaseModel):
    """The last refresh token; it serves once."""

    refresh: str


class OpenSession(BaseModel):
    """A session (JWT) for `Authorization: Bearer`, its life in seconds, and the token that renews it."""

    session: str
    expires_in: int
    refresh: str

    @classmethod
    def of(cls, signed_in: SignedIn) -> "OpenSession":
        return cls(
            session=signed_in.session, expires_in=signed_in.expires_in_seconds, refresh=signed_in.refresh
        )


@router.post("/sign-in-links", status_code=202, dependencies=[anyone()])
async def ask_for_link(
    form: SignInForm, work: Transaction, settings: Configured, client: ClientAddress
) -> LinkOnItsWay:
    """Ask for a sign-in link by mail."""
    await ask_for_sign_in(work, settings=settings, email=read_address(form.email), client=client)
    return LinkOnItsWay()


@router.post("/sessions", status_code=201, dependencies=[anyone()])
async def open_session(
    form: SignInToken, work: Transaction, settings: Configured, response: Response
) -> OpenSession:
    """Sign in with the token of a link."""
    response.headers["Cache-Control"] = "no-store"
    return OpenSession.of(await sign_in(work, settings=settings, token=form.token))


@router.post("/sessions/refresh", dependencies=[anyone()], response_model=OpenSession)
async def refresh_session(
    form: RefreshForm, work: Transaction, settings: Configured, request: Request, response: Response
) -> Any:
    """Renew a session. A token that comes back ends its whole family: the answer is 401, and committed."""
    renewed = await renew_session(work, settings=settings, refresh=form.refresh)
    if renewed is None:
        return error_response(
            request,
            status=401,
            code="refresh_refused",
            message="Votre session est terminée. Demandez un nouveau lien de connexion.",
        )
    response.headers["Cache-Control"] = "no-store"
    return OpenSession.of(renewed)

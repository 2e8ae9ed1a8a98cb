"""/connexion: an address, a letter, a button; renewal in passing; and the way out."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Cookie, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.members.domain.addresses import AddressRefused, read_address
from services.members.domain.links import LinkUsedUp
from services.members.operations.limits import ClientAddress
from services.members.operations.signing_in import ask_for_sign_in, renew_session, sign_in, sign_out
from services.members.pages.cookies import REFRESH_COOKIE, forget_session, keep_session
from services.members.pages.returning import MY_SPACE, local_path
from services.members.settings import Configured
from shared.identity import Session, anyone
from shared.runtime import Transaction
from shared.web.layout import templates_for

router = APIRouter(include_in_schema=False)
templates = templates_for("services.members")

PRIVATE = {"Cache-Control": "no-store"}
Field = Annotated[str, Form()]
RefreshCookie = Annotated[str, Cookie(alias=REFRESH_COOKIE)]


@router.get("/connexion")
async def show_form(
    request: Request, suite: str = "", refresh: RefreshCookie = "", session: Session = anyone()
) -> Response:
    """The form; a browser that can still renew its session is renewed, and asked nothing."""
    if session.is_signed_in:
        return _go(local_path(suite))
    if refresh:
        return _go(f"/connexion/renouveler?{urlencode({'suite': local_path(suite)})}")
    return _form(request, suite=suite, values={}, errors={})


@router.post("/connexion", dependencies=[anyone()])
async def ask_for_link(
    request: Request,
    work: Transaction,
    settings: Configured,
    client: ClientAddress,
    email: Field = "",
    suite: Field = "",
) -> Response:
    """Take the address: a link leaves if it is known, and the answer is the same."""
    try:
        address = read_address(email)
    except AddressRefused as refused:
        return _form(
            request, suite=suite, values={"email": email}, errors={"email": str(refused)}, status_code=422
        )
    return_path = local_path(suite, otherwise="")
    await ask_for_sign_in(work, settings=settings, email=address, client=client, return_path=return_path)
    return _go("/connexion/envoye")


@router.get("/connexion/envoye", dependencies=[anyone()])
async def show_sent(request: Request, settings: Configured) -> Response:
    """Look at your mail."""
    return templates.render(
        request,
        "pages/check_mail.html",
        title="Regardez vos courriels",
        message="Si cette adresse est connue, un lien de connexion y arrive dans quelques instants.",
        minutes=settings.sign_in_minutes,
        again_url="/connexion",
    )


@router.get("/connexion/lien", dependencies=[anyone()])
async def show_button(request: Request, jeton: str = "", suite: str = "") -> Response:
    """The mailed link: a button, for mail scanners follow links."""
    return templates.render(
        request,
        "pages/confirm.html",
        headers=PRIVATE,
        title="Vous connecter",
        message="Un bouton, et votre espace s’ouvre dans ce navigateur.",
        action="/connexion/lien",
        label="Me connecter",
        hidden_values={"jeton": jeton, "suite": local_path(suite)},
    )


@router.post("/connexion/lien", dependencies=[anyone()])
async def open_session(
    request: Request, work: Transaction, settings: Configured, jeton: Field = "", suite: Field = ""
) -> Response:
    """Sign in with the link, once."""
    try:
        signed_in = await sign_in(work, settings=settings, token=jeton)
    except LinkUsedUp as used_up:
        return templates.render(
            request,
            "pages/message.html",
            status_code=409,
            headers=PRIVATE,
            title="Ce lien ne sert plus",
            message=str(used_up),
            next_url="/connexion",
            next_label="Demander un nouveau lien",
        )
    response = _go(local_path(suite))
    keep_session(response, settings=settings, signed_in=signed_in)
    return response


@router.get("/connexion/renouveler", dependencies=[anyone()])
async def renew(
    work: Transaction, settings: Configured, suite: str = "", refresh: RefreshCookie = ""
) -> Response:
    """Renew the session in passing, and go back; where that fails, ask for the address again."""
    renewed = await renew_session(work, settings=settings, refresh=refresh) if refresh else None
    if renewed is None:
        response = _go(f"/connexion?{urlencode({'suite': local_path(suite)})}")
        forget_session(response)
        return response
    response = _go(local_path(suite))
    keep_session(response, settings=settings, signed_in=renewed)
    return response


@router.post("/deconnexion", dependencies=[anyone()])
async def leave() -> Response:
    """Go on to the one path where the browser sends its refresh token (307 keeps the POST)."""
    return RedirectResponse("/connexion/fin", status_code=307, headers=PRIVATE)


@router.post("/connexion/fin", dependencies=[anyone()])
async def end_session(work: Transaction, refresh: RefreshCookie = "") -> Response:
    """End this browser's sessions, here and in the database."""
    if refresh:
        await sign_out(work, refresh=refresh)
    response = _go("/")
    forget_session(response)
    return response


def _go(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303, headers=PRIVATE)


def _form(
    request: Request, *, suite: str, values: dict[str, str], errors: dict[str, str], status_code: int = 200
) -> Response:
    return templates.render(
        request,
        "sign_in.html",
        status_code=status_code,
        headers=PRIVATE,
        values=values,
        errors=errors,
        suite=local_path(suite, otherwise=""),
        returns=local_path(suite) != MY_SPACE,
    )

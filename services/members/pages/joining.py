"""/rejoindre: the form, the letter, the button."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.members.domain.links import LinkUsedUp
from services.members.domain.membership import (
    CONSENT_TEXTS,
    CONSENT_VERSION,
    OrganisationCannotJoin,
    WrongFields,
    read_application,
)
from services.members.operations.joining import ask_to_join, confirm_membership
from services.members.operations.limits import ClientAddress
from services.members.operations.signing_in import start_session
from services.members.pages.cookies import keep_session
from services.members.settings import Configured
from shared.identity import anyone
from shared.runtime import Transaction
from shared.values import territories
from shared.web.layout import templates_for

router = APIRouter(prefix="/rejoindre", include_in_schema=False, dependencies=[anyone()])
templates = templates_for("services.members")

PRIVATE = {"Cache-Control": "no-store"}
Field = Annotated[str, Form()]


@router.get("")
async def show_form(request: Request) -> Response:
    """The form, empty."""
    return _form(request, values={"kind": "personne"}, errors={})


@router.post("")
async def join(
    request: Request,
    work: Transaction,
    settings: Configured,
    client: ClientAddress,
    email: Field = "",
    name: Field = "",
    territory: Field = "",
    kind: Field = "",
    consent: Field = "",
) -> Response:
    """Take the form: a letter leaves, whoever the address belongs to."""
    values = {"email": email, "name": name, "territory": territory, "kind": kind, "consent": consent}
    try:
        application = read_application(
            kind=kind, email=email, name=name, territory=territory, consents=consent == "oui"
        )
    except OrganisationCannotJoin as refusal:
        return templates.render(
            request, "organisation.html", status_code=422, headers=PRIVATE, message=str(refusal)
        )
    except WrongFields as wrong:
        return _form(request, values=values, errors=wrong.errors, status_code=422)
    await ask_to_join(work, settings=settings, application=application, source="page", client=client)
    return RedirectResponse("/rejoindre/merci", status_code=303)


@router.get("/merci")
async def show_thanks(request: Request, settings: Configured) -> Response:
    """Look at your mail: the same page whether the address was known or not."""
    return templates.render(request, "joined.html", hours=settings.confirmation_hours)


@router.get("/confirmer")
async def show_confirmation(request: Request, jeton: str = "") -> Response:
    """The mailed link: a button, for mail scanners follow links."""
    return templates.render(
        request,
        "pages/confirm.html",
        headers=PRIVATE,
        title="Confirmer votre adhésion",
        message="Il ne reste qu’à confirmer que votre adresse est la bonne, et vous rejoignez le mouvement.",
        action="/rejoindre/confirmer",
        label="Je confirme mon adhésion",
        hidden_values={"jeton": jeton},
    )


@router.post("/confirmer")
async def confirm(request: Request, work: Transaction, settings: Configured, jeton: Field = "") -> Response:
    """Confirm, and sign in: the link proved the address as a sign-in link does."""
    try:
        member = await confirm_membership(work, settings=settings, token=jeton)
    except LinkUsedUp as used_up:
        return templates.render(
            request,
            "pages/message.html",
            status_code=409,
            headers=PRIVATE,
            title="Ce lien ne sert plus",
            message=f"{used_up} Si vous êtes déjà membre, connectez-vous simplement.",
            next_url="/connexion",
            next_label="Me connecter",
        )
    signed_in = await start_session(work, settings=settings, person=member)
    response = RedirectResponse("/moi?bienvenue=oui", status_code=303)
    keep_session(response, settings=settings, signed_in=signed_in)
    return response


def _form(
    request: Request, *, values: dict[str, Any], errors: dict[str, str], status_code: int = 200
) -> Response:
    return templates.render(
        request,
        "join.html",
        status_code=status_code,
        values=values,
        errors=errors,
        territories=territories(),
        consent_text=CONSENT_TEXTS[CONSENT_VERSION],
    )

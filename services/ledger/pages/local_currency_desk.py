"""The desk of a territory's local currencies: its page, and what its forms have in common."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from services.ledger.domain.conversion import ConversionRefused
from services.ledger.domain.delivery import DeliveryRefused
from services.ledger.domain.local_currency import RegistryRefused
from services.ledger.pages.places import place_of
from services.ledger.queries.conversions import conversions_of, deliveries_of, standing
from shared.database import Work
from shared.identity import Role, Session
from shared.values import new_id
from shared.web.layout import templates_for

templates = templates_for("services.ledger")

Short = Annotated[str, Form(max_length=400)]
OrderHash = Annotated[str, Form(pattern="^[0-9a-f]{64}$")]
Document = Annotated[UploadFile | None, File()]

MOST_DOCUMENT_BYTES = 20_000_000
"""A scanned page has one or two million; the file is read for its SHA-256 and not kept."""

PIECE_BYTES = 1_000_000


async def done(
    request: Request,
    work: Work,
    territory: str,
    session: Session,
    act: Callable[[], Awaitable[None]],
    values: dict[str, str],
) -> Response:
    """Back to the page; with the reason on it where it was refused."""
    try:
        await act()
    except (RegistryRefused, ConversionRefused, DeliveryRefused) as refusal:
        return await desk_page(request, work, territory, session, values=values, refusal=str(refusal))
    return back(territory)


async def desk_page(
    request: Request,
    work: Work,
    territory: str,
    session: Session,
    *,
    values: dict[str, str] | None = None,
    refusal: str = "",
) -> Response:
    """What is to convert and to give, and how far that is."""
    stands = await standing(work, territory)
    return templates.render(
        request,
        "conversions.html",
        status_code=422 if refusal else 200,
        headers={"Cache-Control": "no-store"},
        place=place_of(territory),
        **stands,
        funds=[(one["fund"], one["fund"]) for one in stands["to_convert"]],
        choices=[(one["code"], f"{one['name']} ({one['code']})") for one in stands["currencies"]],
        held_choices=[
            (f"{one['local_currency']} {one['fund']}", f"{one['local_currency']}, fonds {one['fund']}")
            for one in stands["held"]
        ],
        conversions=await conversions_of(work, territory),
        deliveries=await deliveries_of(work, territory),
        values=values or {},
        refusal=refusal,
        new_id=new_id(),
        today=work.today,
        me=session.person_id,
        may_act=session.holds([Role.TREASURER], territory),
    )


def back(territory: str) -> Response:
    """To the desk again."""
    return RedirectResponse(f"/comptes/{territory}/monnaies", status_code=303)


def read_day(written: str) -> date:
    """Raises RegistryRefused."""
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        raise RegistryRefused("Choisissez un jour.") from None


async def digest_of(document: UploadFile | None) -> str:
    """The SHA-256 of a file, in hexadecimal. Raises RegistryRefused."""
    if document is None or not document.filename:
        raise RegistryRefused("Joignez le document de l’émetteur : son empreinte reste dans les livres.")
    digest, size = hashlib.sha256(), 0
    while piece := await document.read(PIECE_BYTES):
        digest.update(piece)
        size += len(piece)
        if size > MOST_DOCUMENT_BYTES:
            raise RegistryRefused(
                "Ce document est trop lourd (20 Mo au plus) : joignez-en une version plus légère."
            )
    if not size:
        raise RegistryRefused("Ce document est vide : joignez celui de l’émetteur.")
    return digest.hexdigest()

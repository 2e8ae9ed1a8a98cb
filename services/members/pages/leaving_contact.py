"""/membres/contact: a saver, sent here by a pledge's page, says where letters about it may go."""

from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.members.domain.membership import WrongFields, read_contact
from services.members.operations.contacts import PledgeUnknown, leave_contact
from services.members.operations.limits import ClientAddress
from services.members.pages.returning import local_path
from services.members.settings import Configured
from shared.identity import anyone
from shared.runtime import Transaction
from shared.values import territories
from shared.web.layout import templates_for

router = APIRouter(prefix="/membres/contact", include_in_schema=False, dependencies=[anyone()])
templates = templates_for("services.members")

Field = Annotated[str, Form()]


@router.post("")
async def leave(
    request: Request,
    work: Transaction,
    settings: Configured,
    client: ClientAddress,
    person_id: Field = "",
    email: Field = "",
    name: Field = "",
    territory: Field = "",
    suite: Field = "",
) -> Response:
    """Note the contact and go back to the pledge; what is wrong is corrected here, with what was typed."""
    back = local_path(suite, otherwise="/")
    try:
        contact = read_contact(email=email, name=name, territory=territory)
    except WrongFields as wrong:
        return templates.render(
            request,
            "contact.html",
            status_code=422,
            headers={"Cache-Control": "no-store"},
            values={"email": email, "name": name, "territory": territory},
            errors=wrong.errors,
            hidden_values={"person_id": person_id, "suite": back},
            territories=territories(),
        )
    try:
        pledge_person = UUID(person_id)
    except ValueError:
        raise PledgeUnknown from None
    await leave_contact(work, settings=settings, person_id=pledge_person, contact=contact, client=client)
    return RedirectResponse(_noted(back), status_code=303)


def _noted(back: str) -> str:
    """The pledge's page, told that a contact was noted so that it can say so."""
    parts = urlsplit(back)
    query = f"{parts.query}&contact=note" if parts.query else "contact=note"
    return parts._replace(query=query).geturl()

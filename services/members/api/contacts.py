"""Where savers who are no members want letters about their pledge."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.members.domain.membership import read_contact
from services.members.operations.contacts import leave_contact
from services.members.operations.limits import ClientAddress
from services.members.settings import Configured
from shared.identity import anyone
from shared.runtime import Transaction

router = APIRouter(prefix="/api/members/contacts", tags=["contacts"])


class ContactForm(BaseModel):
    """A contact for the person that a pledge was made with."""

    person_id: UUID
    email: str
    name: str
    territory: str


class ContactNoted(BaseModel):
    """The one answer, whether there was a contact or not."""

    message: str = "C’est noté\u00a0: les informations de cette promesse arrivent par courriel."


@router.post("", status_code=202, dependencies=[anyone()])
async def leave(
    form: ContactForm, work: Transaction, settings: Configured, client: ClientAddress
) -> ContactNoted:
    """Leave a contact; one that is there already stays."""
    contact = read_contact(email=form.email, name=form.name, territory=form.territory.upper())
    await leave_contact(work, settings=settings, person_id=form.person_id, contact=contact, client=client)
    return ContactNoted()

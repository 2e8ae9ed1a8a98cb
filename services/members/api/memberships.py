"""Joining, for programs: the same rules and the same answers as the page."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.members.domain.membership import read_application
from services.members.operations.joining import ask_to_join, confirm_membership
from services.members.operations.limits import ClientAddress
from services.members.settings import Configured
from shared.identity import anyone
from shared.runtime import Transaction

router = APIRouter(prefix="/api/members/memberships", tags=["memberships"])


class MembershipForm(BaseModel):
    """What a person asks for. `kind` is `personne`, or `organisation`, which is refused."""

    email: str
    name: str
    territory: str
    kind: str = "personne"
    consent: bool = False


class LetterOnItsWay(BaseModel):
    """The one answer, whether the address is known or not."""

    message: str = "Si cette adresse est la vôtre, un lien vous y attend dans quelques instants."


class ConfirmationToken(BaseModel):
    """The token of the link that was mailed."""

    token: str


class Membership(BaseModel):
    """A confirmed membership."""

    member_id: UUID
    territory: str
    state: str


@router.post("", status_code=202, dependencies=[anyone()])
async def join(
    form: MembershipForm, work: Transaction, settings: Configured, client: ClientAddress
) -> LetterOnItsWay:
    """Ask to join a territory; a link by mail confirms it."""
    application = read_application(
        kind=form.kind,
        email=form.email,
        name=form.name,
        territory=form.territory.upper(),
        consents=form.consent,
    )
    await ask_to_join(work, settings=settings, application=application, source="api", client=client)
    return LetterOnItsWay()


@router.post("/confirmations", dependencies=[anyone()])
async def confirm(form: ConfirmationToken, work: Transaction, settings: Configured) -> Membership:
    """Confirm with the token of the link; it serves once."""
    member = await confirm_membership(work, settings=settings, token=form.token)
    return Membership(member_id=member.person_id, territory=member.territory, state=str(member.state))

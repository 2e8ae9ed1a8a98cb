"""Organisations that may issue tax receipts, over HTTP: a treasurer writes them down and switches their right on."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.domain.receipt_issuer import LONGEST, LONGEST_GROUND, Mentions, Right
from services.pledges.formats.registrations import read_registration
from services.pledges.operations import switch_receipts
from services.pledges.queries.receipt_issuers import IssuerView, all_issuers
from services.pledges.settings import Settings
from shared.identity import Role, Session, allow
from shared.runtime import Transaction

router = APIRouter(tags=["reçus fiscaux"])


class NewIssuer(BaseModel):
    """An organisation as its receipts will name it.

    `registration` is a SIREN or an RNA number; `accounts` are the IBANs of ours that receive gifts for it.
    `for_wealth_tax`: its gifts fall under article 978 (IFI) too.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    registration: Annotated[str, Field(max_length=20)]
    name: Annotated[str, Field(max_length=LONGEST["name"])]
    street: Annotated[str, Field(max_length=LONGEST["street"])]
    postal_code: Annotated[str, Field(max_length=LONGEST["postal_code"])]
    city: Annotated[str, Field(max_length=LONGEST["city"])]
    object: Annotated[str, Field(max_length=LONGEST["object"])]
    quality: Annotated[str, Field(max_length=LONGEST["quality"])]
    signatory_name: Annotated[str, Field(max_length=LONGEST["signatory_name"])]
    signatory_role: Annotated[str, Field(max_length=LONGEST["signatory_role"])]
    for_wealth_tax: bool = False
    accounts: Annotated[list[Annotated[str, Field(max_length=34)]], Field(min_length=1, max_length=20)]

    def mentions(self) -> Mentions:
        """What is printed; an empty `registration` is a wrong one."""
        said = self.model_dump(exclude={"accounts", "registration"})
        return Mentions(**said, registration=read_registration(self.registration) or "")


class RightToIssue(BaseModel):
    """The ground of the right, as the treasurer knows it, and the days whose gifts it covers, both included."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    ground: Annotated[str, Field(max_length=LONGEST_GROUND)]
    first_on: date
    last_on: date | None = None


@router.get("/receipt-issuers", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_issuers(work: Transaction) -> list[IssuerView]:
    """Every organisation that was written down; those whose right is on come first."""
    return await all_issuers(work)


@router.post("/receipt-issuers", status_code=201)
async def add_issuer(
    body: NewIssuer, request: Request, work: Transaction, session: Session = allow(Role.TREASURER)
) -> IssuerView:
    """Write an organisation down. Its right is off: no receipt is issued yet."""
    assert session.person_id is not None
    settings: Settings = request.app.state.settings
    return await switch_receipts.add_issuer(
        work, body.mentions(), ibans=body.accounts, settings=settings, by=session.person_id
    )


@router.post("/receipt-issuers/{issuer_id}/right")
async def switch_on(
    issuer_id: UUID, body: RightToIssue, work: Transaction, session: Session = allow(Role.TREASURER)
) -> IssuerView:
    """Switch the right on, with its ground: receipts can be issued from then on."""
    assert session.person_id is not None
    right = Right(body.ground, body.first_on, body.last_on)
    return await switch_receipts.switch_on(work, issuer_id, right, by=session.person_id)


@router.post("/receipt-issuers/{issuer_id}/right/end")
async def switch_off(
    issuer_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)
) -> IssuerView:
    """Switch the right off: what was issued stays, nothing more is issued."""
    assert session.person_id is not None
    return await switch_receipts.switch_off(work, issuer_id, by=session.person_id)


@router.delete("/receipt-issuers/{issuer_id}", status_code=204, dependencies=[allow(Role.TREASURER)])
async def discard_issuer(issuer_id: UUID, work: Transaction) -> None:
    """Take an organisation away whose right was never on."""
    await switch_receipts.discard_issuer(work, issuer_id)

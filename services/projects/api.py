"""HTTP JSON of projects. Amounts are integers of minor units (cents)."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, ConfigDict, StrictInt

from services.projects import queries
from services.projects.domain.funds import DEFAULT_FUND
from services.projects.domain.needs import Decision, Family, NeedUnknown, Proposal
from services.projects.domain.organisations import OrganisationUnknown
from services.projects.domain.territories import known_territory
from services.projects.formats.iban import read_iban
from services.projects.formats.identifiers import read_identifiers
from services.projects.operations.disbursements import request_disbursement
from services.projects.operations.needs import approve_need, refuse_need, submit_need, withdraw_need
from services.projects.operations.organisations import register_organisation, represented
from services.projects.queries import DisbursementView, NeedView, OrganisationView
from shared.database import Work
from shared.identity import Role, Session, allow, anyone, signed_in
from shared.runtime import Transaction

router = APIRouter(prefix="/api/projects", tags=["projects"])

Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewOrganisation(_Body):
    """An organisation to register; `siren` may be a SIRET, `tribunal_reference` is for 57, 67 and 68."""

    name: str
    territory: str
    siren: str = ""
    rna: str = ""
    tribunal_reference: str = ""


class NewNeed(_Body):
    """A need that an organisation submits; `human_support` says hours and skills beside the money."""

    organisation_id: UUID
    title: str
    description: str
    amount_minor: StrictInt
    family: Family
    fund: str = DEFAULT_FUND
    human_support: str | None = None


class Approval(_Body):
    """The decision that approves: where it can be read, and its day."""

    decision_reference: str
    decided_on: date


class RefusalReason(_Body):
    """Why a need is refused."""

    reason: str


class NewDisbursement(_Body):
    """Money asked for on a need; the payee is the organisation."""

    amount_minor: StrictInt
    payee_iban: str


class Stands(BaseModel):
    """What was made or moved, and where it stands now."""

    id: UUID
    territory: str
    state: str


@router.get("/organisations", dependencies=[anyone()])
async def list_organisations(
    work: Transaction, territory: str | None = None, limit: Limit = 50, offset: Offset = 0
) -> list[OrganisationView]:
    return await queries.organisations(
        work, territory=known_territory(territory) if territory else None, limit=limit, offset=offset
    )


@router.get("/organisations/{organisation_id}", dependencies=[anyone()])
async def show_organisation(work: Transaction, organisation_id: UUID) -> OrganisationView:
    found = await queries.organisation(work, organisation_id)
    if found is None:
        raise OrganisationUnknown()
    return found


@router.post("/organisations", status_code=201)
async def register(
    work: Transaction, body: NewOrganisation, session: Session = signed_in()
) -> OrganisationView:
    territory = known_territory(body.territory)
    made = await register_organisation(
        work,
        name=body.name,
        territory=territory,
        identifiers=read_identifiers(
            siren=body.siren, rna=body.rna, tribunal_reference=body.tribunal_reference, territory=territory
        ),
        representative_id=_person(session),
    )
    return OrganisationView(**made.model_dump(exclude={"representative_id"}))


@router.get("/needs", dependencies=[anyone()])
async def list_public_needs(
    work: Transaction, territory: str | None = None, limit: Limit = 50, offset: Offset = 0
) -> list[NeedView]:
    """Needs with a decision behind them."""
    return await queries.public_needs(
        work, territory=known_territory(territory) if territory else None, limit=limit, offset=offset
    )


@router.get("/mine")
async def list_mine(work: Transaction, session: Session = signed_in()) -> list[NeedView]:
    """The needs of the organisations that the person represents, in every state."""
    return await queries.needs_represented_by(work, session.person_id)


@router.post("/{territory}/needs", status_code=201)
async def submit(work: Transaction, territory: str, body: NewNeed, session: Session = signed_in()) -> Stands:
    need = await submit_need(
        work,
        territory=known_territory(territory),
        organisation_id=body.organisation_id,
        proposal=Proposal(**body.model_dump(exclude={"organisation_id"})),
        submitted_by=_person(session),
    )
    return Stands(id=need.need_id, territory=need.territory, state=need.state)


@router.get("/{territory}/needs/to-decide", dependencies=[allow(Role.STEWARD)])
async def list_to_decide(work: Transaction, territory: str) -> list[NeedView]:
    return await queries.needs_to_decide(work, territory=known_territory(territory))


@router.get("/{territory}/needs/{need_id}")
async def show_need(
    work: Transaction, territory: str, need_id: UUID, session: Session = anyone()
) -> NeedView:
    return await _visible(work, territory=known_territory(territory), need_id=need_id, session=session)


@router.post("/{territory}/needs/{need_id}/approval")
async def approve(
    work: Transaction, territory: str, need_id: UUID, body: Approval, session: Session = allow(Role.STEWARD)
) -> Stands:
    need = await approve_need(
        work,
        territory=known_territory(territory),
        need_id=need_id,
        decision=Decision(reference=body.decision_reference, decided_on=body.decided_on),
        approved_by=_person(session),
    )
    return Stands(id=need.need_id, territory=need.territory, state=need.state)


@router.post("/{territory}/needs/{need_id}/refusal")
async def refuse(
    work: Transaction,
    territory: str,
    need_id: UUID,
    body: RefusalReason,
    session: Session = allow(Role.STEWARD),
) -> Stands:
    need = await refuse_need(
        work,
        territory=known_territory(territory),
        need_id=need_id,
        reason=body.reason,
        refused_by=_person(session),
    )
    return Stands(id=need.need_id, territory=need.territory, state=need.state)


@router.post("/{territory}/needs/{need_id}/withdrawal")
async def withdraw(
    work: Transaction, territory: str, need_id: UUID, session: Session = signed_in()
) -> Stands:
    need = await withdraw_need(
        work, territory=known_territory(territory), need_id=need_id, withdrawn_by=_person(session)
    )
    return Stands(id=need.need_id, territory=need.territory, state=need.state)


@router.post("/{territory}/needs/{need_id}/disbursements", status_code=201)
async def ask_for_money(
    work: Transaction,
    territory: str,
    need_id: UUID,
    body: NewDisbursement,
    idempotency_key: Annotated[str | None, Header(min_length=8, max_length=200)] = None,
    session: Session = signed_in(),
) -> Stands:
    """Ask for money. With an `Idempotency-Key` the same request sent again is made once."""
    made = await request_disbursement(
        work,
        territory=known_territory(territory),
        need_id=need_id,
        amount_minor=body.amount_minor,
        payee_iban=read_iban(body.payee_iban),
        requested_by=_person(session),
        idempotency_key=idempotency_key or str(uuid4()),
    )
    return Stands(id=made.disbursement_id, territory=made.territory, state=made.state)


@router.get("/{territory}/needs/{need_id}/disbursements")
async def list_disbursements(
    work: Transaction, territory: str, need_id: UUID, session: Session = signed_in()
) -> list[DisbursementView]:
    """For the organisation's representative, and for stewards of the territory."""
    territory = known_territory(territory)
    need = await _visible(work, territory=territory, need_id=need_id, session=session)
    if not session.holds([Role.STEWARD], territory):
        await represented(work, organisation_id=need.organisation_id, person_id=session.person_id)
    return (await queries.disbursements_of(work, [need]))[need_id]


async def _visible(work: Work, *, territory: str, need_id: UUID, session: Session) -> NeedView:
    found = await queries.need_seen_by(
        work,
        territory=territory,
        need_id=need_id,
        person_id=session.person_id,
        is_steward=session.holds([Role.STEWARD], territory),
    )
    if found is None:
        raise NeedUnknown()
    return found


def _person(session: Session) -> UUID:
    assert session.person_id is not None, "the route's rule lets only signed-in persons in"
    return session.person_id

"""Roles, for programs: propose, confirm, withdraw, list; and the first two operators."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.members.domain.membership import read_identity
from services.members.operations.founding import found_operator
from services.members.operations.granting import confirm_grant, propose_grant, revoke_grant
from services.members.queries import GrantLine, grants
from services.members.settings import Configured
from services.members.tables import RoleGrant
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.values import NATIONAL
from shared.web.errors import UserError

router = APIRouter(prefix="/api/members", tags=["roles"])


class GrantForm(BaseModel):
    """A role for the person of an address, in a territory (`00` for national roles)."""

    email: str
    role: Role
    territory: str = NATIONAL


class ConfirmationForm(BaseModel):
    """The hash of exactly what is confirmed."""

    order_hash: str


class FoundingOperatorForm(BaseModel):
    """One of the first two operators."""

    email: str
    name: str


class Grant(BaseModel):
    """A grant: `waiting` for a second operator, `active` or `revoked`."""

    grant_id: UUID
    territory: str
    person_id: UUID
    role: str
    state: str
    order_hash: str
    granted_by: UUID | None
    granted_at: datetime
    confirmed_by: UUID | None

    @classmethod
    def of(cls, grant: RoleGrant) -> "Grant":
        return cls.model_validate(grant, from_attributes=True)


@router.get("/grants")
async def list_grants(
    work: Transaction, response: Response, session: Session = allow(Role.NATIONAL_OPERATOR)
) -> list[GrantLine]:
    """The roles that are held or wait for a confirmation."""
    response.headers["Cache-Control"] = "no-store"
    return await grants(work)


@router.post("/grants", status_code=201)
async def propose(
    form: GrantForm, work: Transaction, session: Session = allow(Role.NATIONAL_OPERATOR)
) -> Grant:
    """Grant a role; one that moves money waits for a second operator."""
    assert session.person_id is not None
    return Grant.of(
        await propose_grant(
            work,
            operator_id=session.person_id,
            email=form.email,
            role=form.role.value,
            territory=form.territory.upper(),
        )
    )


@router.post("/grants/{grant_id}/confirmation")
async def confirm(
    grant_id: UUID,
    form: ConfirmationForm,
    work: Transaction,
    session: Session = allow(Role.NATIONAL_OPERATOR),
) -> Grant:
    """Confirm, as a second person, exactly what the first one proposed."""
    assert session.person_id is not None
    return Grant.of(
        await confirm_grant(
            work, operator_id=session.person_id, grant_id=grant_id, order_hash=form.order_hash
        )
    )


@router.delete("/grants/{grant_id}")
async def revoke(
    grant_id: UUID, work: Transaction, session: Session = allow(Role.NATIONAL_OPERATOR)
) -> Grant:
    """Withdraw a role or a proposal."""
    assert session.person_id is not None
    return Grant.of(await revoke_grant(work, operator_id=session.person_id, grant_id=grant_id))


@router.post("/founding-operators", status_code=201)
async def found(
    form: FoundingOperatorForm,
    work: Transaction,
    settings: Configured,
    session: Session = allow(local_key=True),
) -> Grant:
    """Make one of the first two operators, by the local key only (decision 0004)."""
    if not session.is_local_key:
        raise UserError(
            "Les deux premières personnes opératrices se nomment en ligne de commande, "
            "sur la machine elle-même.",
            status=403,
            code="forbidden",
        )
    email, name = read_identity(email=form.email, name=form.name)
    return Grant.of(await found_operator(work, settings=settings, email=email, name=name))

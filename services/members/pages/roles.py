"""/membres/roles: national operators propose, confirm and withdraw roles."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.members.domain.addresses import AddressRefused
from services.members.domain.grant_refusals import GrantRefused
from services.members.domain.grants import ROLE_NAMES
from services.members.operations.granting import confirm_grant, propose_grant, revoke_grant
from services.members.pages.my_space import place_name
from services.members.queries import grants
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.values import NATIONAL, territories
from shared.web.layout import templates_for

router = APIRouter(prefix="/membres/roles", include_in_schema=False)
templates = templates_for("services.members")

Field = Annotated[str, Form()]


@router.get("")
async def show_roles(
    request: Request, work: Transaction, session: Session = allow(Role.NATIONAL_OPERATOR)
) -> Response:
    """Who holds which role, what waits, and the form."""
    return await _page(request, work, session=session)


@router.post("")
async def propose(
    request: Request,
    work: Transaction,
    email: Field = "",
    role: Field = "",
    territory: Field = "",
    session: Session = allow(Role.NATIONAL_OPERATOR),
) -> Response:
    """Propose a role."""
    assert session.person_id is not None
    try:
        await propose_grant(work, operator_id=session.person_id, email=email, role=role, territory=territory)
    except (GrantRefused, AddressRefused) as refusal:
        field = "email" if isinstance(refusal, AddressRefused) else "role"
        values = {"email": email, "role": role, "territory": territory}
        return await _page(request, work, session=session, values=values, errors={field: str(refusal)})
    return RedirectResponse("/membres/roles", status_code=303)


@router.post("/{grant_id}/confirmation")
async def confirm(
    request: Request,
    work: Transaction,
    grant_id: UUID,
    order_hash: Field = "",
    session: Session = allow(Role.NATIONAL_OPERATOR),
) -> Response:
    """Confirm what another operator proposed."""
    assert session.person_id is not None
    await confirm_grant(work, operator_id=session.person_id, grant_id=grant_id, order_hash=order_hash)
    return RedirectResponse("/membres/roles", status_code=303)


@router.post("/{grant_id}/retrait")
async def revoke(
    request: Request, work: Transaction, grant_id: UUID, session: Session = allow(Role.NATIONAL_OPERATOR)
) -> Response:
    """Withdraw a role or a proposal."""
    assert session.person_id is not None
    await revoke_grant(work, operator_id=session.person_id, grant_id=grant_id)
    return RedirectResponse("/membres/roles", status_code=303)


async def _page(
    request: Request,
    work: Work,
    *,
    session: Session,
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    lines = await grants(work)
    return templates.render(
        request,
        "roles.html",
        status_code=422 if errors else 200,
        headers={"Cache-Control": "no-store"},
        waiting=[line for line in lines if line.state == "waiting"],
        active=[line for line in lines if line.state == "active"],
        my_id=session.person_id,
        role_names=ROLE_NAMES,
        place_name=place_name,
        role_options=list(ROLE_NAMES.items()),
        place_options=[
            (NATIONAL, "France entière"),
            *((one.code, f"{one.name} ({one.code})") for one in territories()),
        ],
        values=values or {},
        errors=errors or {},
    )

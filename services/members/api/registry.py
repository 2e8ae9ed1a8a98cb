"""The registry of territories, and who is asking."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from services.members.queries import missions_of, roles_of
from services.members.repository import person
from shared.identity import Session, anyone, signed_in
from shared.runtime import Transaction
from shared.values import territories
from shared.web.errors import UserError

router = APIRouter(prefix="/api/members", tags=["registry"])


@router.get("/territories", dependencies=[anyone()])
async def list_territories() -> list[dict[str, str]]:
    """Every territory where people live: code, name, region, kind and currency, in the order of the codes."""
    return [asdict(territory) for territory in territories()]


@router.get("/me")
async def show_me(work: Transaction, response: Response, session: Session = signed_in()) -> dict[str, Any]:
    """The signed-in person: name, territory, roles held now, missions."""
    assert session.person_id is not None
    me = await person(work, session.person_id)
    if me is None or me.email is None:
        raise UserError("Ce compte n’existe plus.", status=404, code="account_gone")
    response.headers["Cache-Control"] = "no-store"
    return {
        "person_id": me.person_id,
        "display_name": me.display_name,
        "email": me.email,
        "territory": me.territory,
        "state": me.state,
        "roles": [{"role": role, "territory": code} for role, code in await roles_of(work, me.person_id)],
        "missions": await missions_of(work, me.person_id),
    }

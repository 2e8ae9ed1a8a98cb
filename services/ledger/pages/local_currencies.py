"""The registry of local currencies as anybody reads it: who issues, who accepts, what was converted."""

from fastapi import APIRouter, Request, Response

from services.ledger.api.local_currencies import REGISTRARS
from services.ledger.queries.local_currencies import control_by_territory, policies_in_force, registry
from shared.identity import Session, anyone
from shared.runtime import Transaction
from shared.values import territories
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")


@router.get("/comptes/monnaies")
async def show_registry(request: Request, work: Transaction, session: Session = anyone()) -> Response:
    """Currencies, issuers, perimeters and networks; what was converted, and the policies with their votes."""
    control = await control_by_territory(work)
    return templates.render(
        request,
        "local_currencies.html",
        currencies=await registry(work),
        policies=await policies_in_force(work, on=work.today),
        control=control,
        is_matched=all(one["euros_minor"] == one["units_minor"] for one in control),
        names={found.code: found.name for found in territories()},
        today=work.today,
        may_edit=session.holds(REGISTRARS),
    )

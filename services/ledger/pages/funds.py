"""Funds: what each is for, by which rules it gives, and what has passed through it."""

from fastapi import APIRouter, Request, Response

from services.ledger.domain.chart import RECEIVED
from services.ledger.domain.funds import FAMILIES
from services.ledger.queries.chart import labels_of
from services.ledger.queries.funds import funds_of
from shared.identity import anyone
from shared.runtime import Transaction
from shared.values import today_in_france
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")


@router.get("/comptes/fonds", dependencies=[anyone()])
async def show_funds(request: Request, work: Transaction) -> Response:
    """Every fund, its rules with the decision that adopted them, and its figures over all territories."""
    labels = await labels_of(work)
    return templates.render(
        request,
        "funds.html",
        funds=await funds_of(work, on=today_in_france()),
        families=FAMILIES,
        instruments={code: labels[account] for code, account in RECEIVED.items()},
    )

"""The books as anybody may read them: balances by account, and their daily proof."""

from fastapi import APIRouter, Request, Response

from services.ledger.domain.chart import NOT_BY_TERRITORY
from services.ledger.pages.places import place_of
from services.ledger.queries.accounts import trial_balance
from services.ledger.queries.bank_proof import bank_proof
from services.ledger.queries.chart import labels_of
from shared.identity import Role, Session, anyone
from shared.runtime import Transaction
from shared.values import NATIONAL
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")


@router.get("/comptes")
async def accounts(request: Request, work: Transaction, session: Session = anyone()) -> Response:
    """The trial balance of all territories: every euro of the bank, by account; and its daily proof."""
    may_look_inside = session.holds((Role.TREASURER,), NATIONAL)
    return templates.render(
        request,
        "accounts.html",
        headers={"Cache-Control": "no-store"} if may_look_inside else None,
        place=None,
        is_whole=True,
        may_look_inside=may_look_inside,
        rows=await trial_balance(work),
        names=await labels_of(work),
        proof=await bank_proof(work),
    )


@router.get("/comptes/{territory}")
async def accounts_of_territory(
    request: Request, territory: str, work: Transaction, session: Session = anyone()
) -> Response:
    """The trial balance of one territory; what may be one person's there is for its treasurers and stewards."""
    place = place_of(territory)
    is_whole = session.holds((Role.TREASURER, Role.STEWARD), place.code)
    return templates.render(
        request,
        "accounts.html",
        headers={"Cache-Control": "no-store"} if is_whole else None,
        place=place,
        is_whole=is_whole,
        may_look_inside=is_whole,
        rows=await trial_balance(work, place.code, without=() if is_whole else NOT_BY_TERRITORY),
        names=await labels_of(work),
        proof=None,
    )

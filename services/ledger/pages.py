"""The public counter and the treasurers' pages, in French, working without JavaScript."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.ledger.domain.chart import ACCOUNTS
from services.ledger.operations import disburse
from services.ledger.queries.accounts import trial_balance
from services.ledger.queries.disbursements import disbursements_of
from shared.events.contract import TerritoryCode
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction
from shared.values import Territory
from shared.values import territory as territory_of
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter(include_in_schema=False)
templates = templates_for("services.ledger")


@router.get("/", dependencies=[anyone()])
async def counter(request: Request, tri: str | None = None) -> Response:
    """The page of the billion."""
    sort = tri if tri in ("zero", "nom", "recu") else None
    progress = await request.app.state.board.current()
    return templates.render(request, "progress.html", progress=progress, sort=sort)


@router.get("/territoires/{code}", dependencies=[anyone()])
async def one_territory(request: Request, code: str) -> Response:
    """One territory's figures."""
    place = _place(code)
    progress = await request.app.state.board.current()
    found = next(one for one in progress["territories"] if one["code"] == place.code)
    return templates.render(request, "territory.html", progress=progress, territory=found)


@router.get("/badge.svg", dependencies=[anyone()])
async def badge_image(request: Request) -> Response:
    """The counter as an image for other sites."""
    progress = await request.app.state.board.current()
    return Response(
        templates.text("badge.svg", progress=progress),
        media_type="image/svg+xml",
        headers={"Cache-Control": "public, max-age=60"},
    )


@router.get("/badge", dependencies=[anyone()])
async def badge_page(request: Request) -> Response:
    """How to show the counter elsewhere."""
    return templates.render(request, "badge.html", public_url=request.app.state.settings.public_url)


@router.get("/mentions", dependencies=[anyone()])
async def legal_notice(request: Request) -> Response:
    """Who publishes, and what becomes of personal data."""
    return templates.render(request, "mentions.html", publisher=request.app.state.settings.publisher)


@router.get("/comptes", dependencies=[anyone()])
async def accounts(request: Request, work: Transaction) -> Response:
    """The trial balance of all territories: every euro of the bank, by account."""
    return templates.render(
        request, "accounts.html", place=None, rows=await trial_balance(work), names=ACCOUNTS
    )


@router.get("/comptes/{territory}", dependencies=[anyone()])
async def accounts_of_territory(request: Request, territory: str, work: Transaction) -> Response:
    """The trial balance of one territory."""
    place = _place(territory)
    rows = await trial_balance(work, place.code)
    return templates.render(request, "accounts.html", place=place, rows=rows, names=ACCOUNTS)


@router.get("/comptes/{territory}/versements")
async def disbursements(
    request: Request, territory: str, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """What waits for an order or a confirmation."""
    place = _place(territory)
    return templates.render(
        request,
        "disbursements.html",
        place=place,
        rows=await disbursements_of(work, place.code),
        me=session.person_id,
    )


@router.post("/comptes/{territory}/versements/{disbursement_id}/ordre")
async def order(
    territory: TerritoryCode,
    disbursement_id: UUID,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Order a disbursement."""
    assert session.person_id
    await disburse.order(work, territory=territory, disbursement_id=disbursement_id, by=session.person_id)
    return RedirectResponse(f"/comptes/{territory}/versements", status_code=303)


@router.post("/comptes/{territory}/versements/{disbursement_id}/confirmation")
async def confirm(
    territory: TerritoryCode,
    disbursement_id: UUID,
    order_hash: Annotated[str, Form(pattern="^[0-9a-f]{64}$")],
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Confirm an order."""
    assert session.person_id
    await disburse.confirm(
        work,
        territory=territory,
        disbursement_id=disbursement_id,
        by=session.person_id,
        order_hash=order_hash,
    )
    return RedirectResponse(f"/comptes/{territory}/versements", status_code=303)


def _place(code: str) -> Territory:
    try:
        return territory_of(code)
    except KeyError:
        raise UserError(
            "Ce territoire n’existe pas : choisissez-le dans la liste.", status=404, code="unknown_territory"
        ) from None

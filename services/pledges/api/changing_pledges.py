"""Changing and cancelling a promise over HTTP, for whoever knows its id: its saver, and treasurers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.api.pledge_answer import PledgeAnswer, pledge_answer
from services.pledges.api.terms import ChosenTerms
from services.pledges.operations.change_pledge import cancel_pledge, change_pledge
from shared.identity import Session, anyone
from shared.runtime import Transaction

router = APIRouter(tags=["promesses"])


class NewTerms(BaseModel):
    """How the rest of a pledge is paid. What has come stays paid: `terms` are about what has not.

    `amount_minor` is the whole, what has come included; with `monthly` terms it is that of each month to come.
    """

    model_config = ConfigDict(extra="forbid")

    amount_minor: Annotated[int, Field(gt=0, strict=True)]
    terms: ChosenTerms


@router.put("/pledges/{pledge_id}/terms")
async def set_terms(
    pledge_id: UUID,
    body: NewTerms,
    request: Request,
    response: Response,
    work: Transaction,
    session: Session = anyone(),
) -> PledgeAnswer:
    """Change the amount or the dates. A pledge that was cancelled or has expired is taken up again."""
    settings = request.app.state.settings
    if not session.is_local_key:
        request.app.state.floods.pass_(request.headers, limit=settings.pledges_per_hour)
    view = await change_pledge(
        work, pledge_id, amount_minor=body.amount_minor, terms=body.terms.terms(), settings=settings
    )
    return await pledge_answer(work, view, request, response)


@router.post("/pledges/{pledge_id}/cancellation")
async def cancel(
    pledge_id: UUID, request: Request, response: Response, work: Transaction, session: Session = anyone()
) -> PledgeAnswer:
    """Cancel what has not come; what comes afterwards lands all the same."""
    if not session.is_local_key:
        request.app.state.floods.pass_(request.headers, limit=request.app.state.settings.pledges_per_hour)
    return await pledge_answer(work, await cancel_pledge(work, pledge_id), request, response)

"""The last steps: answers are sent, taken back to be corrected, or withdrawn."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.survey.loading import questionnaires
from services.pledges.domain.survey.walking import missing_question
from services.pledges.operations.answer_survey import (
    existing_response,
    reopen_response,
    send_response,
    withdraw_response,
)
from services.pledges.pages.survey.showing import PRIVATE, REVIEW, address_of, templates
from shared.identity import anyone
from shared.runtime import Transaction

router = APIRouter()


@router.post("/enquete/reponses/{response_id}/envoi", dependencies=[anyone()])
async def send(response_id: UUID, work: Transaction) -> Response:
    """Send the answers, or go to the question that is still missing."""
    view = await existing_response(work, response_id)
    missing = missing_question(questionnaires()[view.version], view.answers)
    if missing is not None:
        return RedirectResponse(f"{address_of(view)}?page={missing.page}", status_code=303)
    return RedirectResponse(address_of(await send_response(work, response_id)), status_code=303)


@router.post("/enquete/reponses/{response_id}/reprise", dependencies=[anyone()])
async def reopen(response_id: UUID, work: Transaction) -> Response:
    """Take sent answers back to correct them."""
    view = await reopen_response(work, response_id)
    return RedirectResponse(f"{address_of(view)}?page={REVIEW}", status_code=303)


@router.get("/enquete/reponses/{response_id}/retrait", dependencies=[anyone()])
async def ask_to_withdraw(response_id: UUID, request: Request, work: Transaction) -> Response:
    """One question before answers are deleted."""
    view = await existing_response(work, response_id)
    return templates.render(
        request,
        "pages/confirm.html",
        headers=PRIVATE,
        title="Retirer vos réponses ?",
        message="Elles seront effacées tout de suite et ne compteront plus. Personne ne pourra les retrouver.",
        action=f"{address_of(view)}/retrait",
        label="Retirer mes réponses",
        hidden_values={},
        cancel_url=address_of(view),
    )


@router.post("/enquete/reponses/{response_id}/retrait", dependencies=[anyone()])
async def withdraw(response_id: UUID, request: Request, work: Transaction) -> Response:
    """Delete the answers."""
    await withdraw_response(work, response_id)
    return templates.render(
        request,
        "pages/message.html",
        headers=PRIVATE,
        title="Vos réponses sont effacées",
        message="Elles ne comptent plus, et l’adresse que nous vous avions donnée n’ouvre plus rien.",
        next_url="/enquete",
        next_label="Revenir à l’enquête",
    )

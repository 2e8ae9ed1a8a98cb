"""Confirm a letter of intent: by a promise, or by signing the text that the page shows."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.commitment import (
    Commitment,
    CommittedAlready,
    Signature,
    TextChanged,
    TextNotAgreed,
)
from services.pledges.domain.commitment_text import commitment_texts, text_in_force
from services.pledges.domain.fields import FieldRefused
from services.pledges.operations.make_firm import make_firm
from services.pledges.pages.reading_promises import read_commitment
from services.pledges.queries.particulars import particulars_view
from services.pledges.queries.pledges import PledgeView, pledge_by_id
from shared.database import Work
from shared.identity import anyone
from shared.runtime import Transaction
from shared.values import territory
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@router.get("/promettre/engagement/{version}", dependencies=[anyone()])
async def show_text(version: Annotated[int, Path(ge=1, le=10_000)], request: Request) -> Response:
    """One version of the text, for whoever signed it or wonders what one signs."""
    text = commitment_texts().get(version)
    if text is None:
        raise UserError("Aucun texte d’engagement n’a ce numéro.", status=404, code="text_not_found")
    return templates.render(request, "commitment_text.html", text=text, is_in_force=text == text_in_force())


@router.get("/promesses/{pledge_id}/engagement", dependencies=[anyone()])
async def show_text_to_sign(pledge_id: UUID, request: Request, work: Transaction) -> Response:
    """The text, and the form that signs it; what is firm already leads back to its page."""
    pledge = await _pledge(work, pledge_id)
    if pledge.commitment is not Commitment.LETTER_OF_INTENT:
        return RedirectResponse(f"/promesses/{pledge_id}", status_code=303)
    return await _page(request, work, pledge, values={}, errors={})


@router.post("/promesses/{pledge_id}/engagement", dependencies=[anyone()])
async def confirm_letter(
    pledge_id: UUID,
    request: Request,
    work: Transaction,
    commitment: Annotated[str, Form(max_length=40)] = "",
    signatory_name: Annotated[str, Form(max_length=400)] = "",
    signatory_capacity: Annotated[str, Form(max_length=400)] = "",
    text_version: Annotated[int, Form(ge=0, le=10_000)] = 0,
    text_sha256: Annotated[str, Form(max_length=64)] = "",
    agreed: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Promise, or sign. A double click changes nothing more."""
    pledge = await _pledge(work, pledge_id)
    values = {"signatory_name": signatory_name, "signatory_capacity": signatory_capacity}
    try:
        asked = read_commitment(commitment)
        signature = None
        if asked is Commitment.SIGNED:
            if not agreed:
                raise TextNotAgreed
            signature = Signature(text_version=text_version, text_sha256=text_sha256, **values)
        await make_firm(work, pledge_id, asked, signature, settings=request.app.state.settings)
    except CommittedAlready:
        pass
    except FieldRefused as refusal:
        field = refusal.field or "agreed"
        status_code = 409 if isinstance(refusal, TextChanged) else 422
        return await _page(
            request, work, pledge, values=values, errors={field: str(refusal)}, status_code=status_code
        )
    return RedirectResponse(f"/promesses/{pledge_id}", status_code=303)


async def _pledge(work: Work, pledge_id: UUID) -> PledgeView:
    pledge = await pledge_by_id(work, pledge_id)
    if pledge is None:
        raise UserError("Aucune promesse n’existe à cette adresse.", status=404, code="pledge_not_found")
    return pledge


async def _page(
    request: Request,
    work: Work,
    pledge: PledgeView,
    *,
    values: dict[str, str],
    errors: dict[str, str],
    status_code: int = 200,
) -> Response:
    return templates.render(
        request,
        "sign.html",
        status_code=status_code,
        headers=PRIVATE,
        pledge=pledge,
        said=await particulars_view(work, pledge.pledge_id),
        territory=territory(pledge.territory),
        text=text_in_force(),
        values=values,
        errors=errors,
    )

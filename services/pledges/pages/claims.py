"""/paiements/retrouver: who paid without a reference says which promise it was for, or makes one.

The link's GET shows a form and changes nothing: mail scanners follow links. A reference is no secret, since transfers
bear it, and a promise's address is its only key: who typed a reference is thanked, and learns nothing of the promise.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.allocation import AllocationRefused
from services.pledges.domain.funds import funds
from services.pledges.domain.pledge import PledgeRefused
from services.pledges.operations.claim_payment import ClaimedPayment, claim_payment, claimed_payment
from services.pledges.operations.make_pledge import Promise, make_pledge
from services.pledges.queries.pledges import PledgeView
from shared.database import Work
from shared.identity import Session, anyone
from shared.runtime import Transaction
from shared.values import territories
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
Token = Annotated[str, Form(max_length=100)]


@router.get("/paiements/retrouver", dependencies=[anyone()])
async def show_payment(request: Request, work: Transaction, jeton: str = "") -> Response:
    """The payment that waits, and what to do with it."""
    return _form(request, await claimed_payment(work, jeton[:100]), token=jeton)


@router.post("/paiements/retrouver")
async def attach(
    request: Request,
    work: Transaction,
    jeton: Token = "",
    reference: Annotated[str, Form(max_length=80)] = "",
    territory: Annotated[str, Form(max_length=3)] = "",
    session: Session = anyone(),
) -> Response:
    """Attach it to the promise of this reference, or to a new one for this territory."""
    payment = await claimed_payment(work, jeton)
    made: PledgeView | None = None
    try:
        async with work.savepoint():
            if not reference.strip():
                made = await _new_promise(request, work, payment, territory, session)
            found = made.reference if made else reference
            await claim_payment(work, jeton, reference=found, by=session.person_id)
    except (AllocationRefused, PledgeRefused) as refusal:
        values = {"reference": reference, "territory": territory}
        field = "reference" if reference.strip() else "territory"
        return _form(request, payment, token=jeton, values=values, errors={field: str(refusal)})
    address = f"/promesses/{made.pledge_id}" if made else "/paiements/retrouver/merci"
    return RedirectResponse(address, status_code=303)


@router.get("/paiements/retrouver/merci", dependencies=[anyone()])
async def thank(request: Request) -> Response:
    """That a payment is attached, to whom it may be said: the same words for every promise."""
    return templates.render(request, "claimed.html", headers=PRIVATE)


async def _new_promise(
    request: Request, work: Work, payment: ClaimedPayment, territory: str, session: Session
) -> PledgeView:
    """A promise of what was paid."""
    promise = Promise(
        amount_minor=payment.waiting_minor,
        territory=territory,
        fund=next(iter(funds())),
        person_id=session.person_id,
    )
    return await make_pledge(work, promise, settings=request.app.state.settings)


def _form(
    request: Request,
    payment: ClaimedPayment,
    *,
    token: str,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    return templates.render(
        request,
        "claim.html",
        status_code=422 if errors else 200,
        headers=PRIVATE,
        payment=payment,
        token=token,
        values=values or {},
        errors=errors or {},
        territories=territories(),
    )

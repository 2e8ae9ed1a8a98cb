"""Daily roots: what anybody may keep, to check one day that nothing was written anew."""

from importlib import resources

from fastapi import APIRouter, Request, Response

from services.ledger.queries.roots import newest_roots
from shared.identity import anyone
from shared.runtime import Transaction
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")


@router.get("/comptes/racines", dependencies=[anyone()])
async def show_roots(request: Request, work: Transaction) -> Response:
    """The newest roots, and how to check a proof with one."""
    return templates.render(request, "roots.html", roots=await newest_roots(work))


@router.get("/comptes/racines/verifier_paiement.py", dependencies=[anyone()])
async def script() -> Response:
    """The program that checks a proof, as it is."""
    return Response(
        resources.files("services.ledger.domain").joinpath("verifier_paiement.py").read_bytes(),
        media_type="text/x-python",
        headers={"Content-Disposition": 'attachment; filename="verifier_paiement.py"'},
    )

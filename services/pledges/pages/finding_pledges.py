"""Finding pledges, for the bank desk: which one was a transfer meant to pay?"""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from services.pledges.domain.amounts import cents_from
from services.pledges.domain.commitment import COMMITMENT_NAMES, Commitment
from services.pledges.domain.instruments import instruments
from services.pledges.domain.payer import KIND_NAMES
from services.pledges.domain.pledge import PledgeRefused, PledgeState
from services.pledges.domain.references import normalise
from services.pledges.queries.finding_pledges import FoundPledges, Place, Wanted, find_pledges
from shared.identity import Role, allow
from shared.runtime import Transaction
from shared.values import territories, territory_codes
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")
Typed = Annotated[str, Query(max_length=80)]

STATES = {
    PledgeState.PLEDGED: "Promise",
    PledgeState.PARTIALLY_PAID: "Reçue en partie",
    PledgeState.PAID: "Reçue",
    PledgeState.EXPIRED: "Expirée",
    PledgeState.CANCELLED: "Annulée",
    PledgeState.PARTIALLY_REFUNDED: "Rendue en partie",
    PledgeState.REFUNDED: "Rendue",
}


@router.get("/banque/promesses", dependencies=[allow(Role.TREASURER)])
async def search_pledges(
    request: Request,
    work: Transaction,
    reference: Typed = "",
    montant: Typed = "",
    territoire: Typed = "",
    etat: Typed = "",
    engagement: Typed = "",
    apres: Typed = "",
) -> Response:
    """The newest pledges, or those that a search asks for; what cannot be understood is said beside its field."""
    values = {
        "reference": reference,
        "montant": montant,
        "territoire": territoire,
        "etat": etat,
        "engagement": engagement,
    }
    wanted, errors = _wanted(values)
    place = _place(apres)
    found = FoundPledges([], None) if errors else await find_pledges(work, wanted, after=place)
    kept = {name: value for name, value in values.items() if value}
    return templates.render(
        request,
        "pledges.html",
        status_code=422 if errors else 200,
        headers={"Cache-Control": "no-store"},
        values=values,
        errors=errors,
        states=STATES,
        commitments=COMMITMENT_NAMES,
        kinds=KIND_NAMES,
        instruments={code: instrument.name for code, instrument in instruments().items()},
        territories=territories(),
        pledges=found.pledges,
        next_href=f"?{urlencode(kept | {'apres': found.next.written()})}" if found.next else "",
    )


def _wanted(values: dict[str, str]) -> tuple[Wanted, dict[str, str]]:
    wanted, errors = Wanted(), dict[str, str]()
    if values["reference"].strip():
        wanted = wanted._replace(reference=normalise(values["reference"]))
        if wanted.reference is None:
            errors["reference"] = (
                "Cette référence est mal recopiée : sa clé de contrôle est fausse. Vérifiez ses chiffres."
            )
    if values["montant"].strip():
        try:
            wanted = wanted._replace(amount_minor=cents_from(values["montant"]))
        except PledgeRefused as refusal:
            errors["montant"] = str(refusal)
    if code := values["territoire"].upper():
        wanted = wanted._replace(territory=code)
        if code not in territory_codes():
            errors["territoire"] = "Choisissez un territoire dans la liste."
    if values["etat"]:
        try:
            wanted = wanted._replace(state=PledgeState(values["etat"]))
        except ValueError:
            errors["etat"] = "Choisissez un état dans la liste."
    if values["engagement"]:
        try:
            wanted = wanted._replace(commitment=Commitment(values["engagement"]))
        except ValueError:
            errors["engagement"] = "Choisissez un engagement dans la liste."
    return wanted, errors


def _place(text: str) -> Place | None:
    """Where the page begins; the first one for an address that was cut or changed."""
    try:
        return Place.read(text) if text else None
    except ValueError:
        return None

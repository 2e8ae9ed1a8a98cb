"""A donor's tax receipts, from the page of their promise; a receipt by its private link; and whether one is genuine.

Nobody finds these addresses: they are not indexed, not stored, not sent to other sites. That of a promise is passed on
more easily than that of a receipt, which bears a name and an address: a member's promise asks for the member's sign-in,
any other for the donor's last name, before it leads to receipts or lets go of a name. The address of a receipt, sent to
its donor, is enough to open it.
"""

from collections.abc import Collection
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.donor import LONGEST, Donor, read_donor, same_name
from services.pledges.domain.tax_receipt import NO_RECEIPT_SENTENCES, ReceiptNotFound
from services.pledges.operations.ask_receipts import ask_receipts, leave_name, standing_of, withdraw_name
from services.pledges.operations.print_receipt import print_receipt
from services.pledges.operations.verify_receipt import Verification, verify_receipt
from services.pledges.queries.donors import donor_of_person, names_of_receipts, person_of_pledge
from services.pledges.queries.tax_receipts import receipt_by_id
from shared.database import Work
from shared.identity import Session, anyone
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")

PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
Typed = Annotated[str, Form(max_length=400)]


NAMES_PER_HOUR = 20
"""Last names typed from one connection: a family's, not a directory's."""

NOT_THE_NAME = "Ce n’est pas le nom de famille que nous avons. Écrivez-le comme vous l’aviez laissé."


class Giver(NamedTuple):
    """Whose promise it is, and whether they are signed in: anybody else shows that they know the name."""

    person_id: UUID
    is_signed_in: bool


@router.get("/promesses/{pledge_id}/recu")
async def show_receipts(
    pledge_id: UUID, request: Request, work: Transaction, session: Session = anyone()
) -> Response:
    """What a donor may ask for; without a right to issue receipts, why there are none. A member sees theirs at once."""
    giver = await _giver(work, pledge_id, session)
    return await _page(request, work, pledge_id, giver, values={"country": "France"}, errors={})


@router.post("/promesses/{pledge_id}/recu/voir")
async def show_named_receipts(
    pledge_id: UUID, request: Request, work: Transaction, seen_name: Typed = "", session: Session = anyone()
) -> Response:
    """The receipts that bear this last name: by POST, so that no address leads to them."""
    giver = await _giver(work, pledge_id, session)
    _count_try(request)
    names = await names_of_receipts(work, giver.person_id)
    shown = {receipt_id for receipt_id, name in names.items() if same_name(seen_name, name)}
    values, errors = (
        {"country": "France", "seen_name": seen_name},
        {} if shown else {"seen_name": NOT_THE_NAME},
    )
    return await _page(request, work, pledge_id, giver, values=values, errors=errors, shown=shown)


@router.post("/promesses/{pledge_id}/recu/coordonnees")
async def keep_name(
    pledge_id: UUID,
    request: Request,
    work: Transaction,
    first_names: Typed = "",
    last_name: Typed = "",
    street: Typed = "",
    postal_code: Typed = "",
    city: Typed = "",
    country: Typed = "",
    known_name: Typed = "",
    session: Session = anyone(),
) -> Response:
    """Keep the donor's name and address for receipts to come; those of receipts that exist stay."""
    giver = await _giver(work, pledge_id, session)
    values = {
        "first_names": first_names,
        "last_name": last_name,
        "street": street,
        "postal_code": postal_code,
        "city": city,
        "country": country,
    }
    donor, errors = read_donor(values)
    if not await _knows_name(request, work, giver, known_name):
        errors["known_name"] = NOT_THE_NAME
    if errors:
        values["known_name"] = known_name
        return await _page(request, work, pledge_id, giver, values=values, errors=errors)
    await leave_name(work, giver.person_id, donor)
    return RedirectResponse(f"/promesses/{pledge_id}/recu", status_code=303)


@router.post("/promesses/{pledge_id}/recu/coordonnees/retrait")
async def take_name_back(
    pledge_id: UUID,
    request: Request,
    work: Transaction,
    withdrawn_name: Typed = "",
    session: Session = anyone(),
) -> Response:
    """Forget the donor's name and address; receipts that exist keep theirs."""
    giver = await _giver(work, pledge_id, session)
    if not await _knows_name(request, work, giver, withdrawn_name):
        values = {"country": "France", "withdrawn_name": withdrawn_name}
        errors = {"withdrawn_name": NOT_THE_NAME}
        return await _page(request, work, pledge_id, giver, values=values, errors=errors)
    await withdraw_name(work, giver.person_id)
    return RedirectResponse(f"/promesses/{pledge_id}/recu", status_code=303)


@router.post("/promesses/{pledge_id}/recu")
async def ask(pledge_id: UUID, work: Transaction, session: Session = anyone()) -> Response:
    """Make the receipts of the years that are over."""
    await ask_receipts(work, (await _giver(work, pledge_id, session)).person_id)
    return RedirectResponse(f"/promesses/{pledge_id}/recu", status_code=303)


@router.get("/recus/verifier", dependencies=[anyone()])
async def show_verification(request: Request) -> Response:
    """Where a receipt's number and code are typed."""
    return _verification(request, values={}, found=None)


@router.post("/recus/verifier", dependencies=[anyone()])
async def verify(
    request: Request,
    work: Transaction,
    number: Annotated[str, Form(max_length=40)] = "",
    code: Annotated[str, Form(max_length=80)] = "",
    last_name: Annotated[str, Form(max_length=160)] = "",
) -> Response:
    """Whether it is genuine. By POST: what is typed stays out of addresses and their logs."""
    found = await verify_receipt(work, number=number, code=code, last_name=last_name)
    values = {"number": number, "code": code, "last_name": last_name}
    return _verification(request, values=values, found=found)


@router.get("/recus/{receipt_id}", dependencies=[anyone()])
async def show_receipt(receipt_id: UUID, request: Request, work: Transaction) -> Response:
    """A receipt and its file, for whoever has its link."""
    receipt = await receipt_by_id(work, receipt_id)
    if receipt is None:
        raise ReceiptNotFound
    return templates.render(request, "receipt.html", headers=PRIVATE, receipt=receipt)


@router.get("/recus/{receipt_id}/recu.pdf", dependencies=[anyone()])
async def download_receipt(receipt_id: UUID, request: Request, work: Transaction) -> Response:
    """The file, made anew."""
    printed = await print_receipt(work, receipt_id, settings=request.app.state.settings)
    return Response(
        printed.content,
        media_type="application/pdf",
        headers=PRIVATE | {"Content-Disposition": f'attachment; filename="{printed.file_name}"'},
    )


async def _giver(work: Work, pledge_id: UUID, session: Session) -> Giver:
    """Whose promise it is. Raises UserError for others: a member's receipts are the member's."""
    found = await person_of_pledge(work, pledge_id)
    if found is None:
        raise UserError("Aucune promesse n’existe à cette adresse.", status=404, code="pledge_not_found")
    person_id, by_member = found
    if by_member and session.person_id is None:
        raise UserError(
            "Cette promesse est celle d’un compte : connectez-vous pour voir ses reçus.",
            status=401,
            code="sign_in_required",
        )
    if by_member and session.person_id != person_id:
        raise UserError(
            "Cette promesse est celle d’un autre compte : seule la personne qui l’a faite voit ses reçus.",
            status=403,
            code="not_your_pledge",
        )
    return Giver(person_id, is_signed_in=by_member)


def _count_try(request: Request) -> None:
    """Raises UserError (429) when too many names were typed from this connection."""
    request.app.state.name_floods.pass_(request.headers, limit=NAMES_PER_HOUR)


async def _knows_name(request: Request, work: Work, giver: Giver, typed: str) -> bool:
    """Whether who asks is signed in, or types the last name that is kept; where none is kept there is none to know."""
    donor = None if giver.is_signed_in else await donor_of_person(work, giver.person_id)
    if donor is None:
        return True
    _count_try(request)
    return same_name(typed, donor.last_name)


async def _page(
    request: Request,
    work: Work,
    pledge_id: UUID,
    giver: Giver,
    *,
    values: dict[str, str],
    errors: dict[str, str],
    shown: Collection[UUID] = (),
) -> Response:
    """`shown` are the receipts that are led to, of whoever is not signed in."""
    standing = await standing_of(work, giver.person_id)
    return templates.render(
        request,
        "receipts.html",
        status_code=422 if errors else 200,
        headers=PRIVATE,
        pledge_id=pledge_id,
        standing=standing,
        receipts=[one for one in standing.receipts if giver.is_signed_in or one.receipt_id in shown],
        is_signed_in=giver.is_signed_in,
        donor_initials=_initials(standing.donor) if standing.donor else "",
        years=sorted({year for year, _ in standing.due}),
        why_not=NO_RECEIPT_SENTENCES[standing.why_not] if standing.why_not else "",
        values=values,
        errors=errors,
        longest=LONGEST,
    )


def _initials(donor: Donor) -> str:
    """Enough to see whose name is kept; the address is not shown to whoever was sent a promise's link."""
    return f"{donor.first_names[0].upper()}. {donor.last_name[0].upper()}., {donor.city}"


def _verification(request: Request, *, values: dict[str, str], found: Verification | None) -> Response:
    return templates.render(
        request,
        "verify_receipt.html",
        headers={"Cache-Control": "no-store"},
        values=values,
        found=found,
    )

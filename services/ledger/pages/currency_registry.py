"""The registry of local currencies, edited by national treasurers and operators."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile

from services.ledger.api.local_currencies import LARGEST_LIST, REGISTRARS, terms_of
from services.ledger.domain.local_currency import LocalCurrency, RegistryRefused, Terms, UnknownCurrency
from services.ledger.formats.registry_lists import read_acceptors, read_communes
from services.ledger.operations import register_currency
from services.ledger.repository.local_currencies import acceptors_of, communes_of, find_currency
from shared.database import Work
from shared.identity import Session, allow
from shared.runtime import Transaction
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")

Short = Annotated[str, Form(max_length=400)]


@router.get("/comptes/monnaies/nouvelle", dependencies=[allow(*REGISTRARS)])
async def show_new(request: Request, work: Transaction) -> Response:
    """The form to register a currency."""
    return await _page(request, work, None)


@router.post("/comptes/monnaies/nouvelle")
async def register(
    request: Request,
    work: Transaction,
    code: Short = "",
    name: Short = "",
    issuer_name: Short = "",
    issuer_identifier: Short = "",
    issuer_iban: Short = "",
    decision_reference: Short = "",
    session: Session = allow(*REGISTRARS),
) -> Response:
    """Register a currency; its perimeter and its network are filled in next."""
    assert session.person_id
    values = {
        "code": code,
        "name": name,
        "issuer_name": issuer_name,
        "issuer_identifier": issuer_identifier,
        "issuer_iban": issuer_iban,
        "decision_reference": decision_reference,
    }
    try:
        registered = await register_currency.register_currency(
            work,
            code=code,
            terms=_terms(values),
            decision_reference=decision_reference,
            by=session.person_id,
        )
    except RegistryRefused as refusal:
        return await _page(request, work, None, values=values, refusal=str(refusal))
    return RedirectResponse(f"/comptes/monnaies/{registered.code}", status_code=303)


@router.get("/comptes/monnaies/{local_currency}", dependencies=[allow(*REGISTRARS)])
async def show_currency(request: Request, local_currency: str, work: Transaction) -> Response:
    """A currency's terms, perimeter and network, to edit."""
    return await _page(request, work, await _found(work, local_currency))


@router.post("/comptes/monnaies/{local_currency}")
async def edit_terms(
    request: Request,
    local_currency: str,
    work: Transaction,
    name: Short = "",
    issuer_name: Short = "",
    issuer_identifier: Short = "",
    issuer_iban: Short = "",
    retired_on: Short = "",
    decision_reference: Short = "",
    session: Session = allow(*REGISTRARS),
) -> Response:
    """Say anew who issues it, or from when on it is used no more."""
    assert session.person_id
    currency = await _found(work, local_currency)
    values = {
        "name": name,
        "issuer_name": issuer_name,
        "issuer_identifier": issuer_identifier,
        "issuer_iban": issuer_iban,
        "retired_on": retired_on,
        "decision_reference": decision_reference,
    }
    try:
        await register_currency.edit_terms(
            work,
            code=currency.code,
            terms=_terms(values),
            decision_reference=decision_reference,
            by=session.person_id,
        )
    except RegistryRefused as refusal:
        return await _page(request, work, currency, values=values, refusal=str(refusal))
    return RedirectResponse(f"/comptes/monnaies/{currency.code}", status_code=303)


@router.post("/comptes/monnaies/{local_currency}/perimetre")
async def replace_perimeter(
    request: Request, local_currency: str, work: Transaction, session: Session = allow(*REGISTRARS)
) -> Response:
    """Replace the communes by a list, pasted or sent."""
    assert session.person_id
    currency, (written, decision) = await _found(work, local_currency), await _list(request)
    try:
        await register_currency.replace_perimeter(
            work,
            code=currency.code,
            communes=read_communes(written),
            decision_reference=decision,
            by=session.person_id,
        )
    except RegistryRefused as refusal:
        values = {"communes": written, "perimeter_decision": decision}
        return await _page(request, work, currency, values=values, refusal=str(refusal))
    return RedirectResponse(f"/comptes/monnaies/{currency.code}", status_code=303)


@router.post("/comptes/monnaies/{local_currency}/reseau")
async def replace_network(
    request: Request, local_currency: str, work: Transaction, session: Session = allow(*REGISTRARS)
) -> Response:
    """Replace the organisations by a list, pasted or sent."""
    assert session.person_id
    currency, (written, decision) = await _found(work, local_currency), await _list(request)
    try:
        await register_currency.replace_network(
            work,
            code=currency.code,
            acceptors=read_acceptors(written),
            decision_reference=decision,
            by=session.person_id,
        )
    except RegistryRefused as refusal:
        values = {"network": written, "network_decision": decision}
        return await _page(request, work, currency, values=values, refusal=str(refusal))
    return RedirectResponse(f"/comptes/monnaies/{currency.code}", status_code=303)


async def _list(request: Request) -> tuple[str, str]:
    """A list and its decision: a file counts more than what is in the field. Raises RegistryRefused."""
    async with request.form(max_files=1, max_fields=10, max_part_size=LARGEST_LIST) as form:
        decision = str(form.get("network_decision") or form.get("perimeter_decision") or "")[:400]
        return await _written(form), decision


async def _written(form: FormData) -> str:
    sent = form.get("list_file")
    if isinstance(sent, UploadFile) and sent.filename:
        content = await sent.read(LARGEST_LIST + 1)
        if len(content) > LARGEST_LIST:
            raise RegistryRefused("Ce fichier est trop lourd pour une liste : vérifiez lequel vous envoyez.")
        return content.decode("utf-8", errors="replace")
    return str(form.get("network") or form.get("communes") or "")


def _terms(values: dict[str, str]) -> Terms:
    """Raises RegistryRefused."""
    written = values.get("retired_on", "").strip()
    try:
        retired_on = date.fromisoformat(written) if written else None
    except ValueError:
        raise RegistryRefused("Le jour de retrait n’est pas un jour : choisissez-le à nouveau.") from None
    return terms_of(
        name=values["name"],
        issuer_name=values["issuer_name"],
        issuer_identifier=values["issuer_identifier"],
        issuer_iban=values["issuer_iban"],
        retired_on=retired_on,
    )


async def _found(work: Work, code: str) -> LocalCurrency:
    found = await find_currency(work, code.upper())
    if found is None:
        raise UnknownCurrency
    return found


async def _page(
    request: Request,
    work: Work,
    currency: LocalCurrency | None,
    *,
    values: dict[str, str] | None = None,
    refusal: str = "",
) -> Response:
    shown: dict[str, str] = {}
    if currency is not None:
        terms = currency.terms
        shown = {
            "name": terms.name,
            "issuer_name": terms.issuer_name,
            "issuer_identifier": terms.issuer_identifier,
            "issuer_iban": terms.issuer_iban,
            "retired_on": f"{terms.retired_on or ''}",
            "communes": "\n".join(await communes_of(work, currency.code)),
            "network": "\n".join(
                ";".join("" if cell is None else f"{cell}" for cell in acceptor)
                for acceptor in await acceptors_of(work, currency.code)
            ),
        }
    return templates.render(
        request,
        "local_currency.html",
        status_code=422 if refusal else 200,
        headers={"Cache-Control": "no-store"},
        currency=currency,
        values=shown | (values or {}),
        refusal=refusal,
    )

"""The registry of local currencies: for everybody to read, for national treasurers and operators to edit."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.ledger.domain.local_currency import Terms, check_text
from services.ledger.formats.identifiers import read_iban, read_identifier
from services.ledger.formats.registry_lists import read_acceptors, read_communes
from services.ledger.operations import register_currency
from services.ledger.queries.local_currencies import registry
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction

router = APIRouter(tags=["ledger"])
REGISTRARS = Role.TREASURER, Role.NATIONAL_OPERATOR

LARGEST_LIST = 4_000_000
"""Characters of a list: 40 000 lines of a hundred."""

Code = Annotated[str, Field(max_length=20)]
Decision = Annotated[str, Field(max_length=400)]


class TermsOfCurrency(BaseModel):
    """Who issues a currency. `issuer_identifier` is a SIREN or an RNA number; euros go to `issuer_iban`."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=200)]
    issuer_name: Annotated[str, Field(max_length=200)]
    issuer_identifier: Annotated[str, Field(max_length=30)]
    issuer_iban: Annotated[str, Field(max_length=60)]
    retired_on: date | None = None
    decision_reference: Decision


class NewCurrency(TermsOfCurrency):
    """A currency to register: `code` is `X-` and 2 to 10 letters."""

    code: Code


class NewList(BaseModel):
    """A whole list as CSV. Communes: INSEE codes. Network: identifier, name, first day, last day, organisation."""

    model_config = ConfigDict(extra="forbid")

    csv: Annotated[str, Field(max_length=LARGEST_LIST)]
    decision_reference: Decision


def terms_of(
    *, name: str, issuer_name: str, issuer_identifier: str, issuer_iban: str, retired_on: date | None
) -> Terms:
    """Terms as somebody wrote them, checked. Raises RegistryRefused."""
    return Terms(
        name=check_text(name, what="Le nom de la monnaie"),
        issuer_name=check_text(issuer_name, what="Le nom de l’émetteur"),
        issuer_identifier=read_identifier(issuer_identifier),
        issuer_iban=read_iban(issuer_iban),
        retired_on=retired_on,
    )


@router.get("/local-currencies", dependencies=[anyone()])
async def list_currencies(work: Transaction) -> list[dict[str, Any]]:
    """Every local currency: issuer, perimeter, network, and the control of euros moved against units received."""
    return await registry(work)


@router.post("/local-currencies", status_code=201)
async def register(
    body: NewCurrency, work: Transaction, session: Session = allow(*REGISTRARS)
) -> dict[str, str]:
    """Register a currency; answers with the account in which its units will be held."""
    assert session.person_id
    said = body.model_dump(exclude={"code", "decision_reference"})
    registered = await register_currency.register_currency(
        work,
        code=body.code,
        terms=terms_of(**said),
        decision_reference=body.decision_reference,
        by=session.person_id,
    )
    return {"code": registered.code, "held_account": registered.held_account}


@router.post("/local-currencies/{local_currency}/terms")
async def edit_terms(
    local_currency: str, body: TermsOfCurrency, work: Transaction, session: Session = allow(*REGISTRARS)
) -> dict[str, str]:
    """Say anew who issues a currency, or from when on nothing is converted into it."""
    assert session.person_id
    said = body.model_dump(exclude={"decision_reference"})
    edited = await register_currency.edit_terms(
        work,
        code=local_currency,
        terms=terms_of(**said),
        decision_reference=body.decision_reference,
        by=session.person_id,
    )
    return {"code": edited.code}


@router.post("/local-currencies/{local_currency}/perimeter")
async def replace_perimeter(
    local_currency: str, body: NewList, work: Transaction, session: Session = allow(*REGISTRARS)
) -> dict[str, int]:
    """Replace the communes of a currency; any wrong line, and nothing is."""
    assert session.person_id
    count = await register_currency.replace_perimeter(
        work,
        code=local_currency,
        communes=read_communes(body.csv),
        decision_reference=body.decision_reference,
        by=session.person_id,
    )
    return {"commune_count": count}


@router.post("/local-currencies/{local_currency}/network")
async def replace_network(
    local_currency: str, body: NewList, work: Transaction, session: Session = allow(*REGISTRARS)
) -> dict[str, int]:
    """Replace the organisations that accept a currency; any wrong line, and nothing is."""
    assert session.person_id
    count = await register_currency.replace_network(
        work,
        code=local_currency,
        acceptors=read_acceptors(body.csv),
        decision_reference=body.decision_reference,
        by=session.person_id,
    )
    return {"organisation_count": count}

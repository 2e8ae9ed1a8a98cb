"""Keeps the registry of local currencies: who issues one, where it runs, who accepts it. Each edit names its decision.

Edited by national treasurers and national operators; roles are read in the ledger's own projection.
"""

from collections.abc import Sequence
from uuid import UUID

from services.ledger.domain.local_currency import (
    Acceptor,
    CurrencyExists,
    EditKind,
    LocalCurrency,
    Terms,
    UnknownCurrency,
    check_code,
    check_decision,
)
from services.ledger.repository import local_currencies
from shared.database import Work
from shared.identity import Role
from shared.identity.projection import holds_role
from shared.values import NATIONAL
from shared.web.errors import UserError


async def register_currency(
    work: Work, *, code: str, terms: Terms, decision_reference: str, by: UUID
) -> LocalCurrency:
    """Add a currency, with an account for its units; the same again is nothing. Raises RegistryRefused, UserError."""
    await _check_registrar(work, by)
    code, decision_reference = check_code(code), check_decision(decision_reference)
    await local_currencies.lock_registry(work)
    known = await local_currencies.find_currency(work, code)
    if known is not None:
        if known.terms != terms:
            raise CurrencyExists
        return known
    held_account = await local_currencies.add_currency(work, code, by=by)
    edit = await local_currencies.add_edit(
        work, code, EditKind.TERMS, decision_reference=decision_reference, by=by
    )
    await local_currencies.add_terms(work, code, edit, terms)
    return LocalCurrency(code, held_account, terms)


async def edit_terms(
    work: Work, *, code: str, terms: Terms, decision_reference: str, by: UUID
) -> LocalCurrency:
    """Say anew who issues a currency, or that it is retired. Raises RegistryRefused, UserError."""
    known = await _begin(work, code, by)
    if known.terms != terms:
        edit = await local_currencies.add_edit(
            work, known.code, EditKind.TERMS, decision_reference=check_decision(decision_reference), by=by
        )
        await local_currencies.add_terms(work, known.code, edit, terms)
    return LocalCurrency(known.code, known.held_account, terms)


async def replace_perimeter(
    work: Work, *, code: str, communes: Sequence[str], decision_reference: str, by: UUID
) -> int:
    """The whole perimeter; how many communes it has. Raises RegistryRefused, UserError."""
    known = await _begin(work, code, by)
    decision_reference = check_decision(decision_reference)
    if list(communes) != await local_currencies.communes_of(work, known.code):
        edit = await local_currencies.add_edit(
            work, known.code, EditKind.PERIMETER, decision_reference=decision_reference, by=by
        )
        await local_currencies.add_communes(work, known.code, edit, communes)
    return len(communes)


async def replace_network(
    work: Work, *, code: str, acceptors: Sequence[Acceptor], decision_reference: str, by: UUID
) -> int:
    """The whole network; how many organisations it has. Raises RegistryRefused, UserError."""
    known = await _begin(work, code, by)
    decision_reference = check_decision(decision_reference)
    if set(acceptors) != set(await local_currencies.acceptors_of(work, known.code)):
        edit = await local_currencies.add_edit(
            work, known.code, EditKind.NETWORK, decision_reference=decision_reference, by=by
        )
        await local_currencies.add_acceptors(work, known.code, edit, acceptors)
    return len(acceptors)


async def _begin(work: Work, code: str, by: UUID) -> LocalCurrency:
    """The currency, with the registry locked."""
    await _check_registrar(work, by)
    await local_currencies.lock_registry(work)
    known = await local_currencies.find_currency(work, code.upper())
    if known is None:
        raise UnknownCurrency
    return known


async def _check_registrar(work: Work, person_id: UUID) -> None:
    """Raises UserError (403)."""
    for role in (Role.TREASURER, Role.NATIONAL_OPERATOR):
        if await holds_role(work, person_id=person_id, role=role, territory=NATIONAL):
            return
    raise UserError(
        "Seule une personne de la trésorerie ou de l’opération nationale peut le faire ; ce rôle n’est pas"
        " (ou plus) connu.",
        status=403,
        code="forbidden",
    )

"""Lists that are pasted or sent as CSV: the communes of a perimeter, the organisations of a network.

A first line of titles is passed over. Each line is checked, and all that is wrong is told at once: a list is kept whole
or not at all.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar
from uuid import UUID

from services.ledger.domain.local_currency import (
    Acceptor,
    LineError,
    ListRefused,
    RegistryRefused,
    check_text,
    territory_of_commune,
)
from services.ledger.formats.identifiers import read_identifier

Read = TypeVar("Read")

MOST_LINES = 40_000
"""France has some 35 000 communes; the largest network, some 1 500 organisations."""

COMMUNE_TITLES = ("commune",)
ACCEPTOR_TITLES = ("identifiant", "nom", "depuis", "jusqu_au", "organisation")


def read_communes(written: str) -> list[str]:
    """Codes of communes, each once, in their order; what stands behind a code on its line is passed over.

    Raises ListRefused.
    """

    def read(cells: list[str]) -> str:
        commune = cells[0].upper()
        if territory_of_commune(commune) is None:
            raise RegistryRefused(f"« {commune[:20]} » n’est pas un code de commune (INSEE, 5 caractères).")
        return commune

    return sorted(_each(written, COMMUNE_TITLES, read, key=lambda commune: commune))


def read_acceptors(written: str) -> list[Acceptor]:
    """Organisations: identifier, name, first day, last day (or nothing), id in the registry of projects (or nothing).

    Days are as in 2026-03-12. Raises ListRefused.
    """

    def read(cells: list[str]) -> Acceptor:
        identifier, name, first, last, organisation = (*cells, "", "", "", "")[:5]
        acceptor = Acceptor(
            read_identifier(identifier),
            check_text(name, what="Le nom"),
            _day(first),
            _day(last) if last else None,
            _id(organisation) if organisation else None,
        )
        if acceptor.accepts_until is not None and acceptor.accepts_until < acceptor.accepts_from:
            raise RegistryRefused("Le dernier jour est avant le premier.")
        return acceptor

    return _each(written, ACCEPTOR_TITLES, read, key=lambda acceptor: acceptor.identifier)


def _each(
    written: str, titles: tuple[str, ...], read: Callable[[list[str]], Read], *, key: Callable[[Read], str]
) -> list[Read]:
    found: dict[str, Read] = {}
    errors: list[LineError] = []
    for number, cells in _rows(written, titles):
        if number > MOST_LINES:
            errors.append(LineError(number, f"La liste a plus de {MOST_LINES} lignes."))
            break
        try:
            one = read(cells)
        except RegistryRefused as refusal:
            errors.append(LineError(number, str(refusal)))
            continue
        if key(one) in found:
            errors.append(LineError(number, f"{key(one)} est déjà plus haut."))
        found[key(one)] = one
    if errors:
        raise ListRefused(errors)
    return list(found.values())


def _rows(written: str, titles: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line that has any, with its number."""
    lines = written.removeprefix("\ufeff").splitlines()
    separator = ";" if any(";" in line for line in lines[:2]) else ","
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
        if not any(cells) or (number == 1 and cells[0].lower() == titles[0]):
            continue
        yield number, cells


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise RegistryRefused(
            f"« {written[:20]} » n’est pas un jour : écrivez-le comme 2026-03-12."
        ) from None


def _id(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise RegistryRefused(
            "L’identifiant d’organisation n’est pas celui du registre des projets."
        ) from None

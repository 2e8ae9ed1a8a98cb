"""The values of a camt element by their path, and the reading of dates and amounts in them."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from services.pledges.domain.refusals import ForeignCurrency, MalformedStatement, UnsupportedAmount
from services.pledges.domain.statement import Direction

CURRENCY = "EUR"
DIRECTIONS = {"CRDT": Direction.CREDIT, "DBIT": Direction.DEBIT}
AMOUNT = re.compile(r"\+?([0-9]{1,13})(?:\.([0-9]{0,2})0*)?")  # 13 digits: sums stay far from 64 bits
LONGEST_TEXT = 500
"""The norm's longest text (Max500Text). Identifiers end up in indexes and references on events: both have limits."""

Fields = dict[str, list[str]]
"""Values by path, stripped, in document order: `{"BookgDt/Dt": ["2026-01-31"], "Amt": ["12.50"], …}`."""


class _Step(NamedTuple):
    """A place in a shape: its path when it is worth reading, and what is worth reading under it."""

    path: str | None
    currency_path: str | None
    deeper: dict[str, "_Step"]


class Shape:
    """The paths worth reading under one kind of element; all the rest is passed over.

    A path that has children in the document gives an empty value: it says that the element is there.
    An amount at `…/Amt` gives its currency at `…/Amt@Ccy`. Raises `MalformedStatement` for a text that is longer
    than the norm allows anywhere.
    """

    def __init__(self, *paths: str) -> None:
        self._paths = paths
        self._steps: dict[str, dict[str, _Step]] = {}  # by namespace; only accepted ones get here

    def read(self, element: etree._Element) -> Fields:
        """The values under an element; only elements of its own namespace count."""
        namespace = namespace_of(element)
        if namespace not in self._steps:
            self._steps[namespace] = _steps(self._paths, namespace=namespace)
        found: Fields = {}
        _gather(element, self._steps[namespace], found)
        return found


def _steps(paths: Iterable[str], *, namespace: str, above: str = "") -> dict[str, _Step]:
    under: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition("/")
        under.setdefault(name, []).append(rest)
    return {
        namespace + name: _Step(
            path=above + name if "" in rests else None,
            currency_path=f"{above}{name}@Ccy" if name == "Amt" else None,
            deeper=_steps(filter(None, rests), namespace=namespace, above=f"{above}{name}/"),
        )
        for name, rests in under.items()
    }


def _gather(element: etree._Element, steps: dict[str, _Step], found: Fields) -> None:
    for child in element:
        step = steps.get(child.tag)  # type: ignore[arg-type]  # always text: comments are removed
        if step is None:
            continue
        path, currency_path, deeper = step
        if path is not None:
            text = child.text
            text = text.strip() if text else ""
            if len(text) > LONGEST_TEXT:
                raise MalformedStatement(
                    reason=f"un texte y dépasse {LONGEST_TEXT} caractères", line=child.sourceline
                )
            found.setdefault(path, []).append(text)
            if currency_path is not None:
                found.setdefault(currency_path, []).append(child.get("Ccy", ""))
        if deeper:
            _gather(child, deeper, found)


def namespace_of(element: etree._Element) -> str:
    """The namespace of an element as its children's tags begin: `{urn:…}`."""
    return _split(str(element.tag))[0]


def name_of(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return _split(str(element.tag))[1]


@lru_cache(maxsize=64)  # a handful of tags, a hundred thousand times
def _split(tag: str) -> tuple[str, str]:
    namespace, brace, name = tag.rpartition("}")
    return namespace + brace, name


def first(fields: Fields, *paths: str) -> str | None:
    """The first value that is not empty among these paths: where versions of the norm differ."""
    for path in paths:
        if path in fields and fields[path][0]:
            return fields[path][0]
    return None


def joined(fields: Fields, *paths: str) -> str | None:
    """All the values of these paths, with single spaces: text that a bank cut into pieces."""
    return " ".join([text for path in paths if path in fields for text in fields[path]]).strip() or None


def minor_at(fields: Fields, path: str, *, where: str) -> int:
    """The amount at a path, in cents. Raises `ForeignCurrency`, `UnsupportedAmount`."""
    text = first(fields, path)
    if text is None:
        raise MalformedStatement(reason=f"il manque le montant de {where}")
    currency = fields[path + "@Ccy"][0]
    if currency != CURRENCY:
        raise ForeignCurrency(currency=currency, where=where)
    minor = _minor(text)
    if minor is None:
        raise UnsupportedAmount(text=text, where=where)
    return minor


@lru_cache(maxsize=1024)  # givers like round amounts, and an entry repeats that of its only transaction
def _minor(text: str) -> int | None:
    amount = AMOUNT.fullmatch(text)
    if amount is None:
        return None
    whole, cents = amount.groups(default="")
    return int(whole) * 100 + int(cents.ljust(2, "0"))


def direction_at(fields: Fields, path: str, *, where: str) -> Direction:
    """Credit or debit, as the norm codes them."""
    try:
        return DIRECTIONS[fields[path][0]]
    except KeyError:
        raise MalformedStatement(reason=f"il manque le sens (crédit ou débit) de {where}") from None


def date_at(fields: Fields, path: str, *, where: str) -> date | None:
    """The day at a path, given as a date or as a date and time (then the bank's local day)."""
    text = first(fields, path + "/Dt", path + "/DtTm")
    if text is None:
        return None
    try:
        return _day(text[:10])
    except ValueError:
        raise MalformedStatement(reason=f"la date « {text[:40]} » de {where} est illisible") from None


@lru_cache(maxsize=1024)  # a statement repeats a handful of days thousands of times
def _day(text: str) -> date:
    return date.fromisoformat(text)

"""Territories: the codes of the Code officiel géographique (INSEE), `99` for abroad, `00` for national facts.

The list is data (`territories.csv`): 101 départements, 8 overseas collectivities and abroad, with their names
and regions. Every lane of the platform is one of these codes.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

NATIONAL = "00"
"""Facts of no single territory: bank statements, money not yet matched, keys, national policy."""

ABROAD = "99"


@dataclass(frozen=True, slots=True)
class Territory:
    """One territory. `code` is upper case as in the COG (`2A`); `token` is its form in subjects (`2a`)."""

    code: str
    name: str
    region: str
    kind: str
    currency: str

    @property
    def token(self) -> str:
        return self.code.lower()


@cache
def _registry() -> dict[str, Territory]:
    text = resources.files("shared.values").joinpath("territories.csv").read_text(encoding="utf-8")
    return {row["code"]: Territory(**row) for row in csv.DictReader(text.splitlines())}


def territories() -> tuple[Territory, ...]:
    """Every territory where people live, in the order of their codes; the national lane is not one."""
    return tuple(_registry().values())


@cache
def territory_codes() -> frozenset[str]:
    """The codes of `territories`."""
    return frozenset(_registry())


def territory(code: str) -> Territory:
    """The territory of a code, in either case. Raises KeyError when no territory has it."""
    return _registry()[code.upper()]


@cache
def lanes() -> tuple[str, ...]:
    """The codes of all lanes: the national one, then every territory."""
    return (NATIONAL, *_registry())

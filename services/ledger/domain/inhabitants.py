"""How many people live in each territory: the legal population, as data (`inhabitants.csv`).

From `communes.json` of the package `@etalab/decoupage-administratif` 6.0.0 (data of Insee, Licence Ouverte), whose
communes are summed by territory. Where nobody lives all year (984, 989), and abroad, there is no figure.
"""

import csv
from collections import Counter
from functools import cache
from importlib import resources
from typing import NamedTuple

from shared.values import territory


class Inhabitants(NamedTuple):
    """The legal population of a territory, of which year, and who says so."""

    population: int
    year: int
    source: str


@cache
def inhabitants() -> dict[str, Inhabitants]:
    """By the code of the territory; one that has no figure is not there."""
    data = resources.files("services.ledger.domain").joinpath("inhabitants.csv").read_text(encoding="utf-8")
    return {
        row["territory"]: Inhabitants(int(row["inhabitants"]), int(row["year"]), row["source"])
        for row in csv.DictReader(data.splitlines())
    }


@cache
def source_of_inhabitants() -> str:
    """Where the figures come from, in French."""
    found = inhabitants()
    (year, _), *_ = Counter(one.year for one in found.values()).most_common(1)
    others = [f"{territory(code).name} ({one.year})" for code, one in found.items() if one.year != year]
    return f"Insee, populations de référence {year} ; autre année : {', '.join(others)}"


def per_thousand(amount_minor: int, people: int | None) -> int | None:
    """An amount for each thousand people, in minor units, rounded down; None where nobody is counted.

    For each person it would be 0 for years: 100 000 € are 0.14 cents for each of 69 millions.
    """
    return amount_minor * 1000 // people if people else None

"""The funds that a pledge may name: data (`funds.csv`), since one or several is a choice of the movement."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Fund:
    """One fund: its code in events and postings, and what people read."""

    code: str
    name: str
    description: str


@cache
def funds() -> dict[str, Fund]:
    """Every fund, by code."""
    text = resources.files("services.pledges.domain").joinpath("funds.csv").read_text(encoding="utf-8")
    return {row["code"]: Fund(**row) for row in csv.DictReader(text.splitlines())}

"""What a giver wishes the money to be for, beside its territory: a theme, a need, a kind of support.

A wish: it is kept, shown and added up for those who decide, and never keeps money from landing.
"""

import csv
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.pledge import PledgeRefused


class Instrument(StrEnum):
    """The two families of money out."""

    GRANT = "grant"
    INVESTMENT = "investment"


INSTRUMENTS: dict[Instrument, str] = {
    Instrument.GRANT: "Une subvention : elle n’est pas rendue",
    Instrument.INVESTMENT: "Un prêt ou une participation : l’argent revient, et sert de nouveau",
}


class Earmark(NamedTuple):
    """A wish; at least one of the three is said. `need_id` is that of a need's page, and is not looked up."""

    theme: str | None = None
    need_id: UUID | None = None
    instrument: Instrument | None = None


class UnknownTheme(PledgeRefused):
    """No theme has this code."""

    def __init__(self) -> None:
        super().__init__("Choisissez un thème dans la liste.")


class UnknownInstrument(PledgeRefused):
    """Money goes out in two ways only."""

    def __init__(self) -> None:
        super().__init__("Choisissez une forme de soutien dans la liste.")


@cache
def themes() -> dict[str, str]:
    """Every theme, by code: data (`themes.csv`), since which ones there are is the movement's choice."""
    text = resources.files("services.pledges.domain").joinpath("themes.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def earmark_of(
    *, theme: str | None = None, need_id: UUID | None = None, instrument: str | None = None
) -> Earmark | None:
    """The wish, None when nothing is wished. Raises UnknownTheme, UnknownInstrument."""
    if theme and theme not in themes():
        raise UnknownTheme
    if instrument and instrument not in {one.value for one in Instrument}:
        raise UnknownInstrument
    earmark = Earmark(theme or None, need_id, Instrument(instrument) if instrument else None)
    return earmark if any(earmark) else None

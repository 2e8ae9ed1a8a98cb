"""The tile map of the territories: one square each, so that Paris and Lozère weigh the same.

`tile_map.csv` holds `code,row,column`, drawn from the places of the prefectures; overseas
territories and the French abroad (`99`) stand in rows below. Territories missing from the file are
listed by the page's table all the same.
"""

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def positions() -> dict[str, tuple[int, int]]:
    """Row and column, from 0 at the top left, by territory code."""
    text = (files("shared.web") / "tile_map.csv").read_text("utf-8")
    return {
        line["code"]: (int(line["row"]), int(line["column"])) for line in csv.DictReader(text.splitlines())
    }


def tiles(territories: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The territories that have a place on the map, each with its `row` and `column`, in reading order."""
    placed = [
        {**territory, "row": positions()[territory["code"]][0], "column": positions()[territory["code"]][1]}
        for territory in territories
        if territory["code"] in positions()
    ]
    return sorted(placed, key=lambda tile: (tile["row"], tile["column"]))


def alphabetical(territories: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sorted by name as a French index does: « Côte-d’Or » before « Creuse », accents aside."""
    return sorted(territories, key=lambda territory: _without_accents(territory["name"]))


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))

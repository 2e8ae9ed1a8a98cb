"""The catalogue of missions: small, versioned, data (`missions.toml`)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Mission:
    """One mission of the catalogue: its words are told to the member."""

    code: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The missions of one version, in the order in which they are offered."""

    version: str
    missions: tuple[Mission, ...]


@cache
def first_missions() -> Catalogue:
    """What a new member is offered."""
    text = resources.files("services.members.domain").joinpath("missions.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    return Catalogue(
        version=content["version"], missions=tuple(Mission(**one) for one in content["missions"])
    )

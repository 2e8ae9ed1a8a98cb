"""Who plays in the sample campaign, and what they promise. Everybody is invented."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Promise:
    """A promise in euros, and how much of it comes with which statement (1 or 2); `None`: not yet."""

    territory: str
    euros: int
    comes_with: int | None = 1


OPERATORS = (("aicha@exemple.test", "Aïcha"), ("benoit@exemple.test", "Benoît"))
TREASURERS = (("claire@exemple.test", "Claire"), ("denis@exemple.test", "Denis"))
STEWARD = ("elise@exemple.test", "Élise")
REPRESENTATIVE = ("fanny@exemple.test", "Fanny")
TERRITORY = "64"

ORGANISATION = {"name": "Les Jardins d’Irouleguy", "territory": TERRITORY, "siren": "732829320"}
NEED: dict[str, Any] = {
    "title": "Une serre partagée et un poste de maraîchage",
    "description": (
        "Une serre bioclimatique de 400 m², ouverte aux trois villages, et la première année d’un emploi "
        "en insertion pour la faire vivre."
    ),
    "amount_minor": 650_000,
    "family": "grant",
    "human_support": "Deux samedis de chantier participatif, une personne qui sait souder.",
}
DECISION = "Assemblée du territoire 64, résolution 4"
SHARE_DECISION = "Assemblée générale, résolution 2"
SHARE_BASIS_POINTS = 500

PROMISES = (
    Promise("64", 5_000), Promise("64", 2_500), Promise("64", 12_000, 2), Promise("64", 150), Promise("64", 60, 2),
    Promise("29", 3_000), Promise("29", 800, 2), Promise("35", 10_000, 2), Promise("35", 45),
    Promise("75", 25_000, 2), Promise("75", 1_000), Promise("75", 120), Promise("13", 4_200, 2), Promise("13", 90),
    Promise("69", 7_500), Promise("69", 300, 2), Promise("59", 1_800), Promise("59", 250, None),
    Promise("38", 6_000, 2), Promise("31", 2_000), Promise("33", 900), Promise("44", 3_300, 2), Promise("67", 1_500),
    Promise("2A", 700), Promise("2B", 400, 2), Promise("974", 1_250), Promise("971", 600, 2), Promise("976", 80),
    Promise("988", 350), Promise("93", 20), Promise("23", 75, 2), Promise("48", 30), Promise("26", 2_200, None),
    Promise("99", 500), Promise("06", 15_000, None),
)  # fmt: skip

NEXT_EUROS = (40, 25, 310, 1_000, 75, 18, 60, 2_500, 120, 90)
"""Gifts of the statement that is left for the newcomer to import."""

"""Puts values into a request: such as exist, so that it gets past the first refusal, and such as no column holds."""

import random
from typing import Any

from schemathesis import Case

PLAUSIBLE: dict[str, Any] = {
    "email": "dominique@exemple.fr",
    "name": "Dominique Exemple",
    "territory": "64",
    "territoire": "64",
    "amount": "12,50",
    "amount_minor": 1250,
    "kind": "personne",
    "consent": "oui",
    "fund": "fonds-commun",
    "title": "Un four à pain partagé",
    "description": "Cuire ensemble, former trois personnes.",
    "human_support": "Deux heures par semaine",
    "family": "grant",
    "siren": "732829320",
    "payee_iban": "FR7630006000011234567890189",
    "decision_reference": "AG du 12/03/2026, résolution 4",
    "decided_on": "2026-03-12",
    "reason": "Le projet est hors du périmètre.",
    "because": "Une erreur de saisie.",
    "role": "treasurer",
    "holder_name": "Dominique Exemple",
    "holder": "Dominique Exemple",
    "iban": "FR1420041010050500013M02606",
    "rhythm": "monthly",
    "monthly": "10",
    "day": 5,
    "agreed": "oui",
    "as_of": "2026-03-12",
    "limit": 10,
    "offset": 0,
    "registration": "732829320",
    "street": "12 rue de l’Église",
    "postal_code": "64000",
    "city": "Pau",
    "country": "France",
    "object": "Rassembler des dons.",
    "quality": "Œuvre ou organisme d’intérêt général",
    "signatory_name": "Alix Exemple",
    "signatory_role": "trésorière",
    "ground": "Rescrit du 3 mars 2025, référence 12",
    "first_on": "2025-01-01",
    "sure": "oui",
    "account": "0",
    "first_names": "Dominique",
    "last_name": "Exemple",
    "year": 2025,
    "issuer_name": "Euskal Moneta",
    "issuer_identifier": "732829320",
    "issuer_iban": "FR7630006000011234567890189",
    "issuer_reference": "R-12",
    "proof_sha256": "ab" * 32,
    "received_on": "2026-03-12",
    "delivered_on": "2026-03-12",
    "units": "12,50",
    "units_minor": 1250,
    "communes": "64102",
    "perimeter_decision": "CA du 2 mars",
    "network": "732829320;La Graine commune;2020-01-01",
    "network_decision": "CA du 2 mars",
    "csv": "64102",
}


def plausible(case: Case, known: dict[str, Any], *, chance: random.Random) -> None:
    """Most path parameters are of something that exists; half of the fields of a body are acceptable."""
    values = PLAUSIBLE | known
    for place, part in _parts(case).items():
        for name in part:
            if name in values and chance.random() < (0.85 if place == "path" else 0.6):
                part[name] = str(values[name]) if place == "path" else values[name]


def _parts(case: Case) -> dict[str, dict[str, Any]]:
    """What has names in a request, by its place."""
    parts = {"path": case.path_parameters, "query": case.query, "body": case.body}
    return {place: part for place, part in parts.items() if isinstance(part, dict)}


LONG = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(3000))
"""Nothing that an index could compress."""

NASTY: list[Any] = [
    2**63, -(2**63) - 1, 2**31, "a\0b", "\0", "9" * 400, "\u202e", LONG, "0001-01-01", "9999-12-31",
]  # fmt: skip


def nasty(case: Case, known: dict[str, Any], *, chance: random.Random) -> None:
    """A good request in all but one or two values, which are well-formed and yet fit nowhere."""
    plausible(case, known, chance=chance)
    for place, part in _parts(case).items():
        for name in part:
            if chance.random() < 0.4:
                fitting = chance.choice(
                    [one for one in NASTY if isinstance(part[name], int) == isinstance(one, int)]
                )
                part[name] = str(fitting) if place == "path" else fitting

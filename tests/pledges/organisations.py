"""What an organisation says of itself in tests, and what a person signs."""

from typing import Any

from services.pledges.domain.commitment_text import text_in_force

PLEDGES = "/api/pledges/pledges"

BAKERY: dict[str, Any] = {
    "kind": "company",
    "name": "La Boulange solidaire",
    "siren": "732 829 320",
    "signatory_name": "Dominique Exemple",
    "signatory_capacity": "gérante",
}
ASSOCIATION: dict[str, Any] = {
    "kind": "association",
    "name": "Les Amis du fournil",
    "signatory_name": "Alix Exemple",
    "signatory_capacity": "présidente",
}


def signature(**other: Any) -> dict[str, Any]:
    """A signature under the text in force."""
    text = text_in_force()
    return {
        "signatory_name": "Dominique Exemple",
        "signatory_capacity": "gérante",
        "text_version": text.version,
        "text_sha256": text.sha256,
        **other,
    }

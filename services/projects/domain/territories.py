"""Territories where an organisation has its seat, or a need is met."""

from services.projects.domain.refusals import Refusal
from shared.values import territory


class TerritoryUnknown(Refusal):
    """No territory of the registry has this code."""

    field = "territory"
    sentence = (
        "Ce territoire n’existe pas : choisissez un département, une collectivité d’outre-mer ou l’étranger."
    )


def known_territory(code: str) -> str:
    """The code in upper case (`2A`). Raises TerritoryUnknown."""
    try:
        return territory(code).code
    except KeyError:
        raise TerritoryUnknown() from None

"""The territory that an address names."""

from shared.values import Territory
from shared.values import territory as territory_of
from shared.web.errors import UserError


def place_of(code: str) -> Territory:
    """Raises UserError (404)."""
    try:
        return territory_of(code)
    except KeyError:
        raise UserError(
            "Ce territoire n’existe pas : choisissez-le dans la liste.", status=404, code="unknown_territory"
        ) from None

"""The territory that an address names."""

from shared.values import NATIONAL, Territory
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


def lane_of(code: str) -> Territory:
    """As `place_of`, or the national lane, which has books and an envelope of its own. Raises UserError (404)."""
    if code == NATIONAL:
        return Territory(NATIONAL, "Échelon national", "", "national", "EUR")
    return place_of(code)

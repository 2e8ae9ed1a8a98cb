"""Values that every service shares: territories, money, identifiers. Only the language below them."""

from shared.values.days import PARIS, day_of, today_in_france
from shared.values.identifiers import companion_id, dated_id, named_id, new_id
from shared.values.money import (
    BASIS_POINTS,
    CENTS,
    CURRENCY_EXPONENTS,
    LOCAL_CURRENCY_PREFIX,
    cents_from,
    exponent_of,
    in_cents,
    minor_from,
    split_by_basis_points,
)
from shared.values.territory import (
    ABROAD,
    NATIONAL,
    Territory,
    lanes,
    territories,
    territory,
    territory_codes,
)

__all__ = [
    "ABROAD",
    "BASIS_POINTS",
    "CENTS",
    "CURRENCY_EXPONENTS",
    "LOCAL_CURRENCY_PREFIX",
    "NATIONAL",
    "PARIS",
    "Territory",
    "cents_from",
    "companion_id",
    "day_of",
    "dated_id",
    "exponent_of",
    "in_cents",
    "minor_from",
    "lanes",
    "named_id",
    "new_id",
    "split_by_basis_points",
    "territories",
    "territory",
    "territory_codes",
    "today_in_france",
]

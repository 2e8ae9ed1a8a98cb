"""Registration numbers of organisations: SIREN (INSEE, 9 figures, Luhn key) and RNA (arrêté of 14 October 2009)."""

import re

from stdnum.fr import siren

_RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")
"""W and nine characters: département (`2A` in Corsica, `9R` overseas), prefecture, order; no check digit."""


def read_registration(written: str) -> str | None:
    """A SIREN or an RNA number as it is kept, None when it is neither."""
    compact = re.sub(r"[\s.]", "", written).upper()
    return compact if _RNA.fullmatch(compact) or (compact.isascii() and siren.is_valid(compact)) else None

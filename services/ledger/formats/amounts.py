"""Amounts as people write them in French, read exactly to the cent: never through a float."""

import re

from services.ledger.domain.local_currency import RegistryRefused

LARGEST_MINOR = 100_000_000_000
"""The billion itself, in cents: more is a typing error."""

_SPACES = " \u00a0\u202f"
_WRITTEN = re.compile(
    rf"(?P<whole>[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+|[0-9]{{1,15}})(?:[,.](?P<cents>[0-9]{{1,2}}))?[{_SPACES}]*€?"
)


class AmountRefused(RegistryRefused):
    """Ce montant n’est pas lisible ou est hors de propos : écrivez-le par exemple 12 500,00."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


def read_amount(written: str) -> int:
    """« 12 500,00 » → 1250000 cents, above zero. Raises AmountRefused."""
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        raise AmountRefused
    whole = int(re.sub(rf"[{_SPACES}]", "", found["whole"]))
    amount_minor = whole * 100 + int((found["cents"] or "").ljust(2, "0"))
    if not 0 < amount_minor <= LARGEST_MINOR:
        raise AmountRefused
    return amount_minor

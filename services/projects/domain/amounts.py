"""Amounts of euros as people write them in French, read exactly to the cent: never through a float."""

import re

from services.projects.domain.refusals import Refusal

CURRENCY = "EUR"
"""The funds are asked in euros, in every territory; the ledger keeps what came in francs in envelopes of its own."""

MAX_AMOUNT_MINOR = 100_000_000_000
"""The billion itself, in cents: no need is larger than the whole operation, so more is a typing error."""

_SPACES = " \u00a0\u202f"
_WRITTEN = re.compile(
    rf"(?P<whole>[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+|[0-9]{{1,15}})"
    rf"(?:[,.](?P<cents>[0-9]{{1,2}}))?[{_SPACES}]*(?:€|euros?)?",
    re.IGNORECASE,
)


class AmountUnreadable(Refusal):
    """Not an amount, or one that could be read in two ways (`1.250`)."""

    field = "amount"
    sentence = "Ce montant n’est pas lisible : écrivez-le en euros, par exemple 12 500,00."


class AmountOutOfRange(Refusal):
    """Zero or less, or more than the whole operation."""

    field = "amount"
    sentence = "Ce montant doit être supérieur à zéro et ne peut pas dépasser un milliard d’euros."


def minor_units(written: str) -> int:
    """« 12 500,00 » → 1250000 cents.

    Spaces (also those that do not break) may group thousands by three; the decimal sign is a comma, or a
    point before at most two digits. Raises AmountUnreadable or AmountOutOfRange.
    """
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        raise AmountUnreadable()
    whole = int(re.sub(rf"[{_SPACES}]", "", found["whole"]))
    return checked_amount(whole * 100 + int((found["cents"] or "").ljust(2, "0")))


def checked_amount(amount_minor: int) -> int:
    """The amount itself, in cents, when it is one that a need or a request may have."""
    if not 0 < amount_minor <= MAX_AMOUNT_MINOR:
        raise AmountOutOfRange()
    return amount_minor


def in_euros(amount_minor: int) -> str:
    """1250000 cents → « 12 500,00 € », with spaces that do not break, for the sentences of refusals."""
    whole, cents = divmod(amount_minor, 100)
    grouped = f"{whole:,}".replace(",", "\u202f")
    return f"{grouped},{cents:02d}\u00a0€"

"""Reads an amount as French people type it."""

from services.pledges.domain.pledge import AmountNotUnderstood
from shared import values


def cents_from(text: str) -> int:
    """As `shared.values.cents_from`. Raises AmountNotUnderstood."""
    amount_minor = values.cents_from(text)
    if amount_minor is None:
        raise AmountNotUnderstood
    return amount_minor

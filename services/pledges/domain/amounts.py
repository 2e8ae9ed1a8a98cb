"""Reads an amount as French people type it."""

import re

from services.pledges.domain.pledge import AmountNotUnderstood

_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,12})(?:[.,](?P<cents>[0-9]{1,2}))?")


def cents_from(text: str) -> int:
    """`1 234,56 €` → 123456. Three decimals are refused: `1.000` may mean one euro or a thousand."""
    plain = re.sub(r"\s+", " ", text.replace("€", " ").replace("\u202f", " ")).strip()
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise AmountNotUnderstood
    return int(match["whole"].replace(" ", "")) * 100 + int((match["cents"] or "").ljust(2, "0"))

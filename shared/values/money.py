"""Money: integers of minor units and a currency whose exponent says how many decimals it has."""

import re

CURRENCY_EXPONENTS = {"EUR": 2, "XPF": 0}
"""Decimals of each currency (ISO 4217). Local currencies come as private codes, always with 2."""

BASIS_POINTS = 10_000

_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,12})(?:[.,](?P<cents>[0-9]{1,2}))?")


def cents_from(text: str) -> int | None:
    """An amount as French people type it: `1 234,56 €` → 123456; None when it is not one.

    Three decimals are none: `1.000` may mean one euro or a thousand.
    """
    plain = re.sub(r"\s+", " ", text.replace("€", " ").replace("\u202f", " ")).strip()
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        return None
    return int(match["whole"].replace(" ", "")) * 100 + int((match["cents"] or "").ljust(2, "0"))


def split_by_basis_points(amount_minor: int, basis_points: int, carried: int) -> tuple[int, int]:
    """Split a share off an amount without ever losing a fraction of a cent.

    `carried` is what earlier splits left over, in ten-thousandths of a minor unit (0 ≤ carried < 10 000).
    Returns the share in minor units and the remainder to carry to the next split: over any run of
    receipts the sum of the shares differs from the exact share by less than one minor unit.
    """
    exact = amount_minor * basis_points + carried
    return exact // BASIS_POINTS, exact % BASIS_POINTS

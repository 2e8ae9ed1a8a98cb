"""Money: integers of minor units and a currency whose exponent says how many decimals it has."""

CURRENCY_EXPONENTS = {"EUR": 2, "XPF": 0}
"""Decimals of each currency (ISO 4217). Local currencies come as private codes, always with 2."""

BASIS_POINTS = 10_000


def split_by_basis_points(amount_minor: int, basis_points: int, carried: int) -> tuple[int, int]:
    """Split a share off an amount without ever losing a fraction of a cent.

    `carried` is what earlier splits left over, in ten-thousandths of a minor unit (0 ≤ carried < 10 000).
    Returns the share in minor units and the remainder to carry to the next split: over any run of
    receipts the sum of the shares differs from the exact share by less than one minor unit.
    """
    exact = amount_minor * basis_points + carried
    return exact // BASIS_POINTS, exact % BASIS_POINTS

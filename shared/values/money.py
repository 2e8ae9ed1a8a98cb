"""Money: integers of minor units and a currency whose exponent says how many decimals it has."""

import re

CURRENCY_EXPONENTS = {"EUR": 2, "XPF": 0}
"""Decimals of each currency (ISO 4217). Local currencies come as private codes, always with 2: `exponent_of`."""

LOCAL_CURRENCY_PREFIX = "X-"
"""What the private code of a local currency begins with, as in `X-EUSKO`: no ISO code has a dash."""

BASIS_POINTS = 10_000

CENTS = {"EUR": (1, 1), "XPF": (838, 1_000)}
"""Cents of a euro for one minor unit, as a fraction. 1 000 XPF are 8,38 € since 1999 (CMF L721-4, décret n° 98-1152
du 16 décembre 1998, arrêté du 31 décembre 1998)."""

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


def minor_from(text: str, currency: str) -> int | None:
    """An amount as French people type it, in minor units of its currency: `1 234` → 1234 in XPF, 123400 in EUR.

    None when it is not one, or has decimals that the currency has not. Raises KeyError for an unknown currency.
    """
    cents = cents_from(text.replace("F\u00a0CFP", " ").replace("F CFP", " ") if currency == "XPF" else text)
    whole, rest = divmod(cents or 0, 10 ** (2 - exponent_of(currency)))
    return None if cents is None or rest else whole


def in_cents(amount_minor: int, currency: str) -> int:
    """An amount in cents of a euro, to the nearest; half a cent goes away from zero, as (CE) 1103/97, art. 5 rounds.

    Convert sums, not their parts: each conversion may be half a cent away. A local currency is a euro for each unit, as
    its issuers hold it. Raises KeyError for a currency that has no fixed parity.
    """
    numerator, denominator = (1, 1) if currency.startswith("X-") else CENTS[currency]
    cents = (abs(amount_minor) * numerator * 2 + denominator) // (2 * denominator)
    return cents if amount_minor >= 0 else -cents


def exponent_of(currency: str) -> int:
    """Decimals of a currency, of a local one too. Raises KeyError when nobody knows it."""
    return 2 if currency.startswith(LOCAL_CURRENCY_PREFIX) else CURRENCY_EXPONENTS[currency]


def split_by_basis_points(amount_minor: int, basis_points: int, carried: int) -> tuple[int, int]:
    """Split a share off an amount without ever losing a fraction of a cent.

    `carried` is what earlier splits left over, in ten-thousandths of a minor unit (0 ≤ carried < 10 000).
    Returns the share in minor units and the remainder to carry to the next split: over any run of
    receipts the sum of the shares differs from the exact share by less than one minor unit.
    """
    exact = amount_minor * basis_points + carried
    return exact // BASIS_POINTS, exact % BASIS_POINTS

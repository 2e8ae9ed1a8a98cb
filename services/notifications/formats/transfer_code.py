"""The EPC QR code as a picture in a mail: banking apps read it and prefill the transfer (EPC069-12)."""

import io
from decimal import Decimal

from segno.helpers import make_epc_qr

PIXELS_PER_MODULE = 4
"""A code of 49 modules with its margin becomes 228 pixels: read from a screen at arm's length, and
shown unscaled, which keeps it sharp."""


def transfer_code_png(
    *, beneficiary: str, iban: str, amount_minor: int, currency: str, reference: str
) -> bytes | None:
    """The code as PNG, or None where the norm has none: it transfers euros only, within its limits."""
    if currency != "EUR":
        return None
    try:
        code = make_epc_qr(
            name=beneficiary[:70], iban=iban, amount=Decimal(amount_minor).scaleb(-2), reference=reference
        )
    except ValueError:
        return None
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=PIXELS_PER_MODULE, border=4)
    return picture.getvalue()

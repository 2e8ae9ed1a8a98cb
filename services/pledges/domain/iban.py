"""IBANs (ISO 13616), as far as the domain needs them: is it one, and how is it stored."""

import re

from services.pledges.domain.references import has_valid_check

IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")


def normalise_iban(text: str) -> str | None:
    """The IBAN without spaces and in upper case, or None when its form or its check digits are wrong."""
    iban = "".join(text.split()).upper()
    return iban if IBAN.fullmatch(iban) and has_valid_check(iban) else None

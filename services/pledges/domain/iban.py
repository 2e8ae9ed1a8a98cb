"""IBANs (ISO 13616), as far as the domain needs them: is it one, and how is it stored."""

import re

from services.pledges.domain.references import has_valid_check, remainder_97

IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
BANK_ACCOUNT = re.compile(r"[0-9]{10}[0-9A-Z]{11}")
_RIB_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


def french_iban(*, bank: str, branch: str, account: str) -> str | None:
    """The IBAN of a French account from its bank (5 figures), branch (5) and number (11), None when they are none.

    The two figures that end it are the RIB key (CFONB): its letters count as 1 to 9, S as 2.
    """
    whole = bank + branch + account
    if len(bank) != 5 or not BANK_ACCOUNT.fullmatch(whole):
        return None
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account.translate(_RIB_DIGITS))) % 97
    return f"FR{98 - remainder_97(f'{whole}{key:02d}FR00'):02d}{whole}{key:02d}"


def normalise_iban(text: str) -> str | None:
    """The IBAN without spaces and in upper case, or None when its form or its check digits are wrong."""
    iban = "".join(text.split()).upper()
    return iban if IBAN.fullmatch(iban) and has_valid_check(iban) else None

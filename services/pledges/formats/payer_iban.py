"""The account of somebody who signs a mandate: ISO 13616, its bank's own key verified, within reach of a debit."""

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from services.pledges.domain.mandate import IbanNotCollectable, IbanRefused

EEA = frozenset(
    (
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI",
        "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    )
)  # fmt: skip
"""SEPA reaches further (Suisse, Monaco, Royaume-Uni…), but a debit there must carry the payer's postal address."""

LONGEST = 60
"""Characters of an IBAN with whatever spaces it was typed with: the norm has 34."""


def read_payer_iban(written: str) -> str:
    """The IBAN in compact form. Raises IbanRefused, or IbanNotCollectable."""
    if len(written) > LONGEST:
        raise IbanRefused
    try:
        iban = IBAN(written, validate_bban=True)
    except SchwiftyException:
        raise IbanRefused from None
    if iban.country_code not in EEA or not iban.in_sepa_zone:
        raise IbanNotCollectable
    return str(iban.compact)

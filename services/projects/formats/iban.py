"""IBAN (ISO 13616): the account that a disbursement goes to."""

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from services.projects.domain.disbursements import IbanInvalid, IbanOutsideSepa


def read_iban(written: str) -> str:
    """An IBAN in compact form, its check digits and the bank's own key verified.

    Raises IbanInvalid, or IbanOutsideSepa where euros cannot be transferred.
    """
    try:
        iban = IBAN(written, validate_bban=True)
    except SchwiftyException:
        raise IbanInvalid() from None
    if not iban.in_sepa_zone:
        raise IbanOutsideSepa()
    return iban.compact


def masked(iban: str) -> str:
    """« FR76 •••• 0189 »: enough for its owner to recognise, too little for anybody else."""
    return f"{iban[:4]}\u00a0••••\u00a0{iban[-4:]}"

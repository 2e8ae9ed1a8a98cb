"""Identifiers of organisations (SIREN, RNA) and accounts of issuers (IBAN, ISO 13616), with their keys."""

import re

from stdnum import iban
from stdnum.exceptions import ValidationError
from stdnum.fr import siren

from services.ledger.domain.local_currency import IDENTIFIER, RegistryRefused

SEPA = frozenset(
    [
        "AD",
        "AL",
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GI",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MC",
        "MD",
        "ME",
        "MK",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "RS",
        "SE",
        "SI",
        "SK",
        "SM",
        "VA",
    ]
)
"""Countries whose IBANs a transfer in euros reaches (EPC409-09)."""


def read_identifier(written: str) -> str:
    """A SIREN (Luhn key) or an RNA number, compact. Raises RegistryRefused."""
    compact = re.sub(r"[\s.\-]", "", written).upper()
    if compact.startswith("W") and IDENTIFIER.fullmatch(compact):
        return compact
    try:
        return str(siren.validate(compact))
    except ValidationError:
        raise RegistryRefused(
            f"« {written[:30]} » n’est ni un SIREN (9 chiffres) ni un numéro RNA (W et 9 caractères) : vérifiez-le."
        ) from None


def read_iban(written: str) -> str:
    """An IBAN in compact form, its key and its country's structure checked. Raises RegistryRefused."""
    try:
        compact = str(iban.validate(written))
    except ValidationError:
        raise RegistryRefused("Cet IBAN est faux, vérifiez-le auprès de l’émetteur.") from None
    if compact[:2] not in SEPA:
        raise RegistryRefused(
            "Cet IBAN est hors de la zone SEPA : demandez à l’émetteur un compte qui reçoit des virements en euros."
        )
    return compact

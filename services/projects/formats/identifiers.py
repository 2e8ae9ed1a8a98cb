"""French identifiers of organisations: SIREN, SIRET (INSEE, Luhn keys), RNA (arrêté of 14 October 2009)."""

import re

from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret

from services.projects.domain.organisations import Identifiers, RnaInvalid, SirenInvalid, sufficient

_RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")
"""W and nine characters: département (`2A` in Corsica, `9R` overseas), prefecture, order; no check digit."""

_SIRET_DIGITS = 14


def read_siren(written: str) -> str | None:
    """A SIREN in nine digits, also from a SIRET; None when nothing was written. Raises SirenInvalid."""
    if not written.strip():
        return None
    try:
        compact = siren.compact(written)
        return siret.validate(compact)[:9] if len(compact) == _SIRET_DIGITS else siren.validate(compact)
    except ValidationError:
        raise SirenInvalid() from None


def read_rna(written: str) -> str | None:
    """An RNA number in compact form (`W641000000`); None when nothing was written. Raises RnaInvalid."""
    compact = re.sub(r"[\s.\-]", "", written).upper()
    if not compact:
        return None
    if not _RNA.fullmatch(compact):
        raise RnaInvalid()
    return compact


def read_identifiers(*, siren: str, rna: str, tribunal_reference: str, territory: str) -> Identifiers:
    """What an organisation wrote about itself, checked. Raises a refusal that names the field."""
    return sufficient(
        Identifiers(
            siren=read_siren(siren),
            rna=read_rna(rna),
            tribunal_reference=" ".join(tribunal_reference.split()) or None,
        ),
        territory=territory,
    )

"""French identifiers of organisations: SIREN, SIRET (INSEE, Luhn keys), RNA (arrêté of 14 October 2009)."""

import re

from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret

from services.pledges.domain.instruments import CrossSubscription, SubscribedOrganisationMissing
from services.pledges.domain.payer import RnaInvalid, SirenInvalid

_RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")
"""W and nine characters: département (`2A` in Corsica, `9R` overseas), prefecture, order; no check digit."""

_SIRET_DIGITS = 14
_LONGEST = 40
"""What anybody types for one, spaces included; beyond it is no number."""


def read_siren(written: str) -> str | None:
    """A SIREN in nine digits, also from a SIRET; None when nothing was written. Raises SirenInvalid."""
    if not written.strip():
        return None
    if len(written) > _LONGEST:
        raise SirenInvalid
    try:
        compact = siren.compact(written)
        number = siret.validate(compact)[:9] if len(compact) == _SIRET_DIGITS else siren.validate(compact)
    except ValidationError:
        raise SirenInvalid from None
    return str(number)


def read_rna(written: str) -> str | None:
    """An RNA number in compact form (`W641000000`); None when nothing was written. Raises RnaInvalid."""
    compact = re.sub(r"[\s.\-]", "", written).upper()
    if not compact:
        return None
    if len(written) > _LONGEST or not _RNA.fullmatch(compact):
        raise RnaInvalid
    return compact


def read_subscription(name: str, siren: str) -> CrossSubscription | None:
    """The organisation to take shares of; None when nothing was written. Raises FieldRefused (`subscribed_siren`)."""
    if not (name.strip() or siren.strip()):
        return None
    try:
        number = read_siren(siren)
    except SirenInvalid:
        raise SirenInvalid(field="subscribed_siren") from None
    if number is None:
        raise SubscribedOrganisationMissing(field="subscribed_siren")
    return CrossSubscription(organisation_name=name, siren=number)

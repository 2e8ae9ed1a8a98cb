"""The EPC QR code (EPC069-12, version 002): a transfer that a banking app fills in by itself.

Not every app reads it: always print the account and the reference beside it.
"""

from html import escape

import segno

from services.pledges.domain.iban import normalise_iban
from services.pledges.domain.references import normalise

LONGEST_NAME = 70
LARGEST_AMOUNT_MINOR = 99_999_999_999  # 999 999 999,99 €
LARGEST_VERSION = 13  # of the QR code, with error correction M: both fixed by the guideline
UTF_8 = "1"


class UnprintableTransfer(ValueError):
    """The transfer does not fit in an EPC QR code; the message says which part of it."""


def epc_payload(*, name: str, iban: str, reference: str, amount_minor: int | None) -> str:
    """The text of the code: who is paid, how much in cents (None lets the giver choose), which reference."""
    if not 1 <= len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        raise UnprintableTransfer(
            f"Le nom « {name} » doit compter de 1 à {LONGEST_NAME} caractères lisibles."
        )
    account = normalise_iban(iban)
    if account is None:
        raise UnprintableTransfer(f"L’IBAN « {iban} » est faux.")
    if amount_minor is not None and not 1 <= amount_minor <= LARGEST_AMOUNT_MINOR:
        raise UnprintableTransfer("Le montant doit être compris entre 0,01 € et 999 999 999,99 €.")
    rf = normalise(reference)
    if rf is None:
        raise UnprintableTransfer(f"La référence « {reference} » est fausse.")
    amount = "" if amount_minor is None else f"EUR{amount_minor // 100}.{amount_minor % 100:02d}"
    bic = purpose = ""  # version 002 needs no BIC within the European Economic Area
    return "\n".join(("BCD", "002", UTF_8, "SCT", bic, name.strip(), account, amount, purpose, rf))


def epc_svg(payload: str, *, title: str, pixels_per_module: int = 4) -> str:
    """The code as an SVG element to put in a page; `title` is what a screen reader says, in French."""
    code = segno.make_qr(payload, error="m", encoding="utf-8", boost_error=False)
    if int(code.version) > LARGEST_VERSION:
        raise UnprintableTransfer("Le virement est trop long pour un QR code.")
    svg = code.svg_inline(scale=pixels_per_module, border=4, light="#fff", title=title, svgclass="epc-qr")
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)

"""Checks what a promise says beyond amount, territory and fund: the same for pages, API and imported files."""

from dataclasses import replace

from services.pledges.domain.commitment import check_signature
from services.pledges.domain.commitment_text import check_text
from services.pledges.domain.instruments import check_instrument, needs_authorisation
from services.pledges.domain.particulars import Particulars
from services.pledges.domain.payer import identified
from services.pledges.operations.decide_instruments import check_authorised
from shared.database import Work


async def check_particulars(work: Work, said: Particulars) -> Particulars:
    """What is said, its texts on one line. Raises FieldRefused."""
    checked = shape_checked(said)
    if needs_authorisation(said.instrument, said.commitment):
        await check_authorised(work, said.instrument)
    return checked


def shape_checked(said: Particulars, *, needs_signatory: bool = True) -> Particulars:
    """What can be checked of it without knowing what is authorised today. Raises FieldRefused."""
    signature = check_signature(said.commitment, said.signature)
    if signature is not None:
        check_text(signature)
    return replace(
        said,
        payer=identified(said.payer, needs_signatory=needs_signatory) if said.payer else None,
        cross_subscription=check_instrument(said.instrument, said.cross_subscription),
        signature=signature,
    )

"""Cancels tax receipts: they keep their numbers, and what they counted may be counted again."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from services.pledges.domain.tax_receipt import (
    Cancellation,
    ReceiptAlreadyCancelled,
    ReceiptNotFound,
    printed_number,
)
from services.pledges.operations.issue_receipts import CURRENCY
from services.pledges.queries.tax_receipts import TaxReceiptView, receipt_by_id
from services.pledges.repository.donors import set_aside_donor
from services.pledges.repository.tax_receipts import CancelledReceipt, cancel
from shared.database import Work
from shared.events.pledges import ReceiptCancelled

log = structlog.get_logger(__name__)


async def cancel_receipts(
    work: Work, receipt_ids: Sequence[UUID], *, because: Cancellation, by: UUID | None
) -> list[CancelledReceipt]:
    """Those that were in force. `by` is None where a return at the bank decided."""
    cancelled = await cancel(work, receipt_ids, because=because, by=by)
    for receipt in cancelled:
        work.record(
            ReceiptCancelled(
                territory=receipt.territory,
                receipt_id=receipt.receipt_id,
                person_id=receipt.person_id,
                number=printed_number(receipt.year, receipt.number),
                year=receipt.year,
                amount_minor=receipt.amount_minor,
                currency=CURRENCY,
                reason=because,
            )
        )
    if cancelled:
        log.info("tax_receipts_cancelled", receipts=len(cancelled), because=because)
    return cancelled


async def cancel_mistaken_receipt(work: Work, receipt_id: UUID, *, by: UUID) -> TaxReceiptView:
    """Cancel a receipt that says something wrong. Its gifts wait for another one, until the donor leaves their name
    anew: the one that it bears may be what is wrong, and no issue is to bring it back.

    Raises ReceiptNotFound, ReceiptAlreadyCancelled.
    """
    if await receipt_by_id(work, receipt_id) is None:
        raise ReceiptNotFound
    if not await cancel_receipts(work, [receipt_id], because=Cancellation.MISTAKE, by=by):
        raise ReceiptAlreadyCancelled
    await set_aside_donor(work, receipt_id)
    found = await receipt_by_id(work, receipt_id)
    assert found is not None
    return found

"""Prints a tax receipt: the file is made anew from the stored data, and only if they are still what was issued."""

import asyncio
from typing import NamedTuple
from uuid import UUID

import structlog

from services.pledges.domain.tax_receipt import ReceiptAltered, ReceiptNotFound, TaxReceipt
from services.pledges.queries.tax_receipts import stored_receipt
from services.pledges.settings import Settings
from shared.database import Work

log = structlog.get_logger(__name__)


class PrintedReceipt(NamedTuple):
    """A file, and its name."""

    content: bytes
    file_name: str


async def print_receipt(work: Work, receipt_id: UUID, *, settings: Settings) -> PrintedReceipt:
    """The file of a receipt; a cancelled one says so across its page. Raises ReceiptNotFound, ReceiptAltered."""
    stored = await stored_receipt(work, receipt_id)
    if stored is None:
        raise ReceiptNotFound
    receipt = stored.receipt
    if receipt.content_hash() != stored.content_hash:
        log.error("tax_receipt_altered", number=receipt.printed_number)  # the id is the key of its page
        raise ReceiptAltered
    verify_url = f"{settings.public_url}/recus/verifier"
    content = await asyncio.to_thread(_typeset, receipt, verify_url=verify_url)
    return PrintedReceipt(content, f"recu-{receipt.printed_number}.pdf")


def _typeset(receipt: TaxReceipt, *, verify_url: str) -> bytes:
    """The libraries come with the first receipt: they take 13 MB, which a service that never prints one keeps free."""
    from services.pledges.formats.receipt_pdf import receipt_pdf

    return receipt_pdf(receipt, verify_url=verify_url)

"""Makes again the tax receipts of which a payment was given back, or counted by mistake: cancelled, and issued anew
for what is left.

A return is recorded by the bank import, whose every statement counts: this follows some seconds behind it, by an index
that holds only what went back. Until then the receipt is in the list of those to make again.
"""

import asyncio
from itertools import groupby
from uuid import UUID

from services.pledges.domain.tax_receipt import Cancellation
from services.pledges.operations.cancel_receipts import cancel_receipts
from services.pledges.operations.issue_receipts import issue_to
from services.pledges.queries.receipt_issuers import issuers_on
from services.pledges.queries.tax_receipts import wrong_receipts
from services.pledges.repository.tax_receipts import CancelledReceipt, hold_numbers
from shared.database import Database, Work

FOLLOW_SECONDS = 30
"""A wrong receipt is in force for this much longer than its import takes; a look at an empty index costs little."""

CHUNK = 200
"""Receipts in one transaction: a bank returns a few payments a day."""


async def redo_wrong_receipts(work: Work) -> int:
    """How many receipts were cancelled, at most `CHUNK`. Where the right is off, no other one follows them."""
    wrong = await wrong_receipts(work, limit=CHUNK)
    issuers = {issuer.mentions.registration: issuer for issuer in await issuers_on(work)}
    done = 0
    for (registration, year), group in groupby(wrong, lambda receipt: (receipt.registration, receipt.year)):
        await hold_numbers(
            work, registration=registration, year=year
        )  # as every issue does, before anything else
        cancelled: list[CancelledReceipt] = []
        because: dict[Cancellation, list[UUID]] = {}
        for receipt in group:
            because.setdefault(receipt.because, []).append(receipt.receipt_id)
        for reason, receipt_ids in because.items():
            cancelled += await cancel_receipts(work, receipt_ids, because=reason, by=None)
        done += len(cancelled)
        if issuer := issuers.get(registration):
            persons = [one.person_id for one in cancelled]
            await issue_to(work, persons, issuer=issuer, year=year, by=None)
    return done


async def redo_all_wrong_receipts(database: Database) -> int:
    """All of them, chunk by chunk, each committed; how many."""
    total = 0
    while True:
        async with database.begin() as work:
            done = await redo_wrong_receipts(work)
        total += done
        if not done:
            return total


async def follow_returns(database: Database) -> None:
    """Make wrong receipts again until cancelled. Replicas do it side by side: a receipt is cancelled once."""
    while True:
        await redo_all_wrong_receipts(database)
        await asyncio.sleep(FOLLOW_SECONDS)

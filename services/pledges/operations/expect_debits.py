"""Expects the debit of a confirmed disbursement.

A debit that a statement shows before its order was heard stays in suspense: a line is booked once. In
practice the order comes seconds after its confirmation, and the statement a day after.
"""

from collections.abc import Sequence

from services.pledges.repository.expected_debits import add_expected_debits
from shared.database import Work
from shared.events.ledger import DisbursementCommitted


async def expect_debits(work: Work, committed: Sequence[DisbursementCommitted]) -> None:
    await add_expected_debits(work, committed)

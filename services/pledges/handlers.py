"""What pledges hears."""

from collections.abc import Sequence

from services.pledges.operations.expect_debits import expect_debits
from shared.bus import Handlers
from shared.database import Work
from shared.events import Heard
from shared.events.ledger import DisbursementCommitted


def handlers() -> Handlers:
    handlers = Handlers()

    @handlers.hears(DisbursementCommitted)
    async def expect_debit_of_disbursement(work: Work, batch: Sequence[Heard[DisbursementCommitted]]) -> None:
        await expect_debits(work, [heard.event for heard in batch])

    return handlers

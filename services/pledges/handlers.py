"""What pledges hears."""

from collections.abc import Sequence
from typing import Any

from services.pledges.operations.expect_debits import expect_debits
from services.pledges.operations.issue_repayment_references import issue_repayment_references
from services.pledges.operations.keep_needs import keep_needs
from services.pledges.settings import Settings
from shared.bus import Handlers
from shared.database import Work
from shared.events import Heard
from shared.events.ledger import ConversionCommitted, DisbursementCommitted, RepaymentScheduled
from shared.events.projects import NeedApproved


def handlers(settings: Settings) -> Handlers:
    handlers = Handlers()

    @handlers.hears(DisbursementCommitted, ConversionCommitted)
    async def expect_debits_of_orders(work: Work, batch: Sequence[Heard[Any]]) -> None:
        await expect_debits(work, [heard.event for heard in batch])

    @handlers.hears(NeedApproved)
    async def keep_approved_needs(work: Work, batch: Sequence[Heard[NeedApproved]]) -> None:
        await keep_needs(work, [heard.event for heard in batch])

    @handlers.hears(RepaymentScheduled)
    async def issue_references(work: Work, batch: Sequence[Heard[RepaymentScheduled]]) -> None:
        await issue_repayment_references(work, batch, settings=settings)

    return handlers

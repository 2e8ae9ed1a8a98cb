"""What the ledger hears, and the one operation that each fact leads to."""

from collections.abc import Callable, Sequence
from typing import Any

from services.ledger.operations import disburse, post, prove
from shared.bus import Handlers
from shared.database import Work
from shared.events import Heard
from shared.events.pledges import (
    AllocationReversed,
    BankFeeCharged,
    ConditionLapsed,
    ConditionMet,
    DisbursementDebited,
    MatchingReversed,
    MatchingTriggered,
    PaymentAllocated,
    PaymentReceived,
    PaymentRefunded,
    PaymentReturned,
    PaymentSuspended,
    PledgeCancelled,
    PledgeChanged,
    PledgeExpired,
    PledgeMade,
    PledgeSigned,
    StatementImported,
    SuspenseCleared,
    SuspenseRestored,
)
from shared.events.projects import DisbursementRequested


def ledger_handlers(on_bank_facts: Callable[[], None] = lambda: None) -> Handlers:
    """The handlers of the ledger. `on_bank_facts` is called when something came that a proof may have waited for."""
    handlers = Handlers()

    @handlers.hears(
        PledgeMade,
        PledgeSigned,
        PaymentReceived,
        PaymentReturned,
        PaymentRefunded,
        PaymentSuspended,
        BankFeeCharged,
        SuspenseCleared,
        SuspenseRestored,
        PaymentAllocated,
        AllocationReversed,
        PledgeChanged,
        PledgeCancelled,
        PledgeExpired,
        MatchingTriggered,
        MatchingReversed,
        ConditionMet,
        ConditionLapsed,
    )
    async def post_facts(work: Work, batch: Sequence[Heard[Any]]) -> None:
        await post.post_facts(work, batch)
        on_bank_facts()

    @handlers.hears(StatementImported)
    async def record_statements(work: Work, batch: Sequence[Heard[StatementImported]]) -> None:
        for heard in batch:
            await prove.record_statement(work, heard)
        on_bank_facts()

    @handlers.hears(DisbursementRequested)
    async def reserve_envelope(work: Work, batch: Sequence[Heard[DisbursementRequested]]) -> None:
        for heard in batch:
            await disburse.reserve(work, heard)

    @handlers.hears(DisbursementDebited)
    async def post_disbursement(work: Work, batch: Sequence[Heard[DisbursementDebited]]) -> None:
        for heard in batch:
            await disburse.post_debit(work, heard)
        on_bank_facts()

    return handlers

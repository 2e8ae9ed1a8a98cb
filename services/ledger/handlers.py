"""What the ledger hears, and the one operation that each fact leads to."""

from collections.abc import Callable, Sequence
from typing import Any

from services.ledger.operations import disburse, follow_conversion, post, post_repayments, prove
from shared.bus import Handlers
from shared.database import Work
from shared.events import Heard
from shared.events.pledges import (
    AllocationReversed,
    BankFeeCharged,
    ConditionLapsed,
    ConditionMet,
    ConversionDebited,
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
    RepaymentReceived,
    RepaymentReferenceIssued,
    RepaymentReturned,
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

    @handlers.hears(RepaymentReferenceIssued)
    async def keep_references(work: Work, batch: Sequence[Heard[RepaymentReferenceIssued]]) -> None:
        await post_repayments.keep_references(work, [heard.event for heard in batch])

    @handlers.hears(RepaymentReceived)
    async def post_repayment(work: Work, batch: Sequence[Heard[RepaymentReceived]]) -> None:
        for heard in batch:
            await post_repayments.post_repayment(work, heard)
        on_bank_facts()

    @handlers.hears(RepaymentReturned)
    async def post_repayment_return(work: Work, batch: Sequence[Heard[RepaymentReturned]]) -> None:
        for heard in batch:
            await post_repayments.post_return(work, heard)
        on_bank_facts()

    @handlers.hears(ConversionDebited)
    async def post_conversion(work: Work, batch: Sequence[Heard[ConversionDebited]]) -> None:
        for heard in batch:
            await follow_conversion.post_conversion_debit(work, heard)
        on_bank_facts()

    return handlers

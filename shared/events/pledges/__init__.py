"""What pledges says: promises, what becomes of them, and the fate of every line of every bank statement."""

from shared.events.pledges.conditions import (
    ConditionEvent,
    ConditionLapsed,
    ConditionMet,
    FundsCalled,
    MatchingReversed,
    MatchingTriggered,
)
from shared.events.pledges.debits import DirectDebitAnnounced
from shared.events.pledges.promises import (
    PledgeCancelled,
    PledgeChanged,
    PledgeEvent,
    PledgeExpired,
    PledgeMade,
    PledgeSigned,
    ReminderDue,
)
from shared.events.pledges.published import InvestorRollDrawn, PersonsInTerritory, SurveyPublished
from shared.events.pledges.repayments import RepaymentReceived, RepaymentReferenceIssued, RepaymentReturned
from shared.events.pledges.statements import (
    BankFeeCharged,
    BankLineEvent,
    ConversionDebited,
    Direction,
    DisbursementDebited,
    PaymentReceived,
    PaymentRefunded,
    PaymentReturned,
    PaymentSuspended,
    StatementImported,
)
from shared.events.pledges.suspense import (
    AllocationReversed,
    PaymentAllocated,
    SuspenseCleared,
    SuspenseEvent,
    SuspenseRestored,
)
from shared.events.pledges.tax_receipts import ReceiptCancelled, ReceiptIssued

__all__ = [
    "AllocationReversed",
    "BankFeeCharged",
    "BankLineEvent",
    "ConditionEvent",
    "ConditionLapsed",
    "ConditionMet",
    "ConversionDebited",
    "DirectDebitAnnounced",
    "Direction",
    "DisbursementDebited",
    "FundsCalled",
    "InvestorRollDrawn",
    "MatchingReversed",
    "MatchingTriggered",
    "PaymentAllocated",
    "PaymentReceived",
    "PaymentRefunded",
    "PaymentReturned",
    "PaymentSuspended",
    "PersonsInTerritory",
    "PledgeCancelled",
    "PledgeChanged",
    "PledgeEvent",
    "PledgeExpired",
    "PledgeMade",
    "PledgeSigned",
    "ReceiptCancelled",
    "ReceiptIssued",
    "ReminderDue",
    "RepaymentReceived",
    "RepaymentReferenceIssued",
    "RepaymentReturned",
    "StatementImported",
    "SurveyPublished",
    "SuspenseCleared",
    "SuspenseEvent",
    "SuspenseRestored",
]

"""Who hears what. Consumers and permissions are derived from this table; a service that hears something else
than its line here does not start."""

from shared.events import ledger, members, pledges, projects
from shared.events.catalog import is_personal
from shared.events.contract import Event

_IDENTITY = (members.SigningKeyPublished, members.RoleGranted, members.RoleRevoked)

HEARS: dict[str, tuple[type[Event], ...]] = {
    "members": _IDENTITY,
    "pledges": (
        *_IDENTITY,
        ledger.DisbursementCommitted,
        ledger.ConversionCommitted,
        ledger.RepaymentScheduled,
        projects.NeedApproved,
    ),
    "projects": (
        *_IDENTITY,
        ledger.DisbursementReserved,
        ledger.DisbursementRefused,
        ledger.DisbursementOrdered,
        ledger.DisbursementCommitted,
        ledger.DisbursementPosted,
    ),
    "notifications": (
        *_IDENTITY,
        members.MemberJoined,
        members.ContactRecorded,
        members.ConfirmationRequested,
        members.SignInRequested,
        pledges.PledgeMade,
        pledges.PledgeSigned,
        pledges.PledgeExpired,
        pledges.ReminderDue,
        pledges.PaymentReceived,
        pledges.PaymentReturned,
        pledges.PaymentRefunded,
        pledges.PaymentAllocated,
        pledges.DirectDebitAnnounced,
        pledges.ReceiptIssued,
        pledges.ReceiptCancelled,
        pledges.FundsCalled,
    ),
    "ledger": (
        *_IDENTITY,
        pledges.PledgeMade,
        pledges.PledgeSigned,
        pledges.PledgeChanged,
        pledges.PledgeCancelled,
        pledges.PledgeExpired,
        pledges.PaymentReceived,
        pledges.PaymentReturned,
        pledges.PaymentRefunded,
        pledges.PaymentSuspended,
        pledges.SuspenseCleared,
        pledges.SuspenseRestored,
        pledges.PaymentAllocated,
        pledges.AllocationReversed,
        pledges.BankFeeCharged,
        pledges.DisbursementDebited,
        pledges.ConversionDebited,
        pledges.RepaymentReferenceIssued,
        pledges.RepaymentReceived,
        pledges.RepaymentReturned,
        pledges.StatementImported,
        pledges.MatchingTriggered,
        pledges.MatchingReversed,
        pledges.ConditionMet,
        pledges.ConditionLapsed,
        projects.DisbursementRequested,
    ),
}


def heard_on_lanes(service: str) -> tuple[type[Event], ...]:
    """The contracts that a service hears on the territories' lanes."""
    return tuple(contract for contract in HEARS[service] if not is_personal(contract))


def heard_personally(service: str) -> tuple[type[Event], ...]:
    """The contracts that a service hears on stream `PERSONAL`."""
    return tuple(contract for contract in HEARS[service] if is_personal(contract))

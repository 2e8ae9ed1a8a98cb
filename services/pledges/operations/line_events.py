"""The one event that each bank line becomes. No name, no account and no free text of a giver is on it."""

import re
from typing import Any
from uuid import UUID

from services.pledges.domain.payment_file import OrderKind
from services.pledges.domain.reconciliation import ExpectedDebit, Explanation, Fate
from services.pledges.domain.statement import BankLine, Direction
from shared.events.pledges import (
    BankFeeCharged,
    BankLineEvent,
    ConversionDebited,
    DisbursementDebited,
    PaymentReceived,
    PaymentRefunded,
    PaymentReturned,
    PaymentSuspended,
    RepaymentReceived,
    RepaymentReturned,
)
from shared.events.pledges import Direction as SideOfAccount
from shared.values import NATIONAL

_REASON_CODE = re.compile(r"[A-Z0-9]{4}")
_SIDES = {Direction.CREDIT: SideOfAccount.CREDIT, Direction.DEBIT: SideOfAccount.DEBIT}


def territory_of(explanation: Explanation) -> str:
    """The lane that hears of a line: its pledge's or its order's, else the national one."""
    if explanation.pledge is not None:
        return explanation.pledge.territory
    of = explanation.expected_debit or explanation.expected_repayment or explanation.repaid_line
    return of.territory if of is not None else NATIONAL


def event_of(
    explanation: Explanation, line: BankLine, *, line_id: UUID, statement_id: UUID, currency: str
) -> BankLineEvent:
    """The event of a line, by its fate."""
    said: dict[str, Any] = {
        "territory": territory_of(explanation),
        "line_id": line_id,
        "statement_id": statement_id,
        "amount_minor": line.amount_minor,
        "currency": currency,
        "booked_on": line.booked_on,
        "value_on": line.value_on,
        "bank_reference": line.bank_reference,
    }
    if pledge := explanation.pledge:
        said |= {"pledge_id": pledge.pledge_id, "person_id": pledge.person_id, "fund": pledge.fund}
    match explanation:
        case Explanation(fate=Fate.RECEIVED, found_in=found_in) if found_in:
            assert pledge is not None  # who it is received for
            return PaymentReceived(matched_by=found_in, instrument=pledge.instrument, **said)
        case Explanation(fate=Fate.RETURNED, receipt=receipt) if receipt:
            return PaymentReturned(received_line_id=receipt.line_id, reason_code=_reason_code(line), **said)
        case Explanation(fate=Fate.REFUNDED, receipt=receipt, expected_refund=refund) if receipt and refund:
            return PaymentRefunded(received_line_id=receipt.line_id, refund_id=refund.refund_id, **said)
        case Explanation(fate=Fate.DISBURSED, expected_debit=expected) if expected:
            return _transferred(expected, said)
        case Explanation(fate=Fate.REPAID, expected_repayment=repayment, found_in=found_in) if (
            repayment and found_in
        ):
            return RepaymentReceived(disbursement_id=repayment.disbursement_id, matched_by=found_in, **said)
        case Explanation(fate=Fate.REPAYMENT_RETURNED, repaid_line=repaid) if repaid:
            return RepaymentReturned(
                disbursement_id=repaid.disbursement_id,
                repaid_line_id=repaid.line_id,
                reason_code=_reason_code(line),
                **said,
            )
        case Explanation(fate=Fate.FEE):
            return BankFeeCharged(**said)
        case Explanation(fate=Fate.SUSPENDED, reason=reason) if reason:
            return PaymentSuspended(direction=_SIDES[line.direction], reason=reason, **said)
    raise AssertionError(f"{explanation.fate} is not explained")  # a line without an event is lost money


def _transferred(order: ExpectedDebit, said: dict[str, Any]) -> DisbursementDebited | ConversionDebited:
    """The debit of a confirmed order, by what the order was for."""
    if order.kind is OrderKind.CONVERSION:
        return ConversionDebited(conversion_id=order.order_id, end_to_end_id=order.end_to_end_id, **said)
    return DisbursementDebited(disbursement_id=order.order_id, end_to_end_id=order.end_to_end_id, **said)


def _reason_code(line: BankLine) -> str | None:
    """The ISO code of a return; a bank's own words may say more than a code, and stay here."""
    code = line.return_reason
    return code if code and _REASON_CODE.fullmatch(code) else None

"""Expects the debit of a confirmed disbursement or conversion.

A debit that a statement shows before its order was heard stays in suspense: a line is booked once. In
practice the order comes seconds after its confirmation, and the statement a day after.
"""

from collections.abc import Sequence

from services.pledges.domain.payment_file import OrderKind
from services.pledges.repository.expected_debits import ToExpect, add_expected_debits
from shared.database import Work
from shared.events.ledger import ConversionCommitted, DisbursementCommitted


async def expect_debits(work: Work, committed: Sequence[DisbursementCommitted | ConversionCommitted]) -> None:
    await add_expected_debits(work, [_to_expect(event) for event in committed])


def _to_expect(event: DisbursementCommitted | ConversionCommitted) -> ToExpect:
    if isinstance(event, ConversionCommitted):
        order_id, kind, name, iban = (
            event.conversion_id,
            OrderKind.CONVERSION,
            event.issuer_name,
            event.issuer_iban,
        )
    else:
        order_id, kind, name, iban = (
            event.disbursement_id,
            OrderKind.DISBURSEMENT,
            event.payee_name,
            event.payee_iban,
        )
    return ToExpect(
        event.territory,
        order_id,
        kind.value,
        event.end_to_end_id,
        event.amount_minor,
        event.currency,
        name,
        iban,
    )

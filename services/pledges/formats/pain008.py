"""Writes pain.008.001.08: the direct debits (SEPA Core) that we ask our bank to collect."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sepaxml import SepaDD

from services.pledges.formats.pain import finished

SCHEMA = "pain.008.001.08"
"""The version of the EPC's guidelines since March 2024."""


class Debit(NamedTuple):
    """One collection as the bank hears of it; `text` is what the debtor reads, and we on our statement."""

    sequence_type: str
    amount_minor: int
    mandate_reference: str
    signed_on: date
    holder_name: str
    iban: str
    end_to_end_id: str
    text: str


def write_direct_debits(
    debits: Iterable[Debit],
    *,
    creditor_name: str,
    creditor_iban: str,
    creditor_id: str,
    collect_on: date,
    message_id: str,
    created_at: datetime,
) -> bytes:
    """One file, a payment block for each sequence type in it. The same debits are the same bytes.

    Raises PaymentFileWrong.
    """
    creditor = {
        "name": creditor_name,
        "IBAN": creditor_iban,
        "creditor_id": creditor_id,
        "currency": "EUR",
        "batch": True,
    }
    file, count, amount_minor = SepaDD(creditor, schema=SCHEMA), 0, 0
    for debit in debits:
        count, amount_minor = count + 1, amount_minor + debit.amount_minor
        file.add_payment(
            {
                "name": debit.holder_name,
                "IBAN": debit.iban,
                "amount": debit.amount_minor,
                "type": debit.sequence_type,
                "collection_date": collect_on,
                "mandate_id": debit.mandate_reference,
                "mandate_date": debit.signed_on,
                "description": debit.text,
                "endtoend_id": debit.end_to_end_id,
            }
        )
    return finished(
        file.export(validate=False),  # `finished` does, faster
        schema=SCHEMA,
        message_id=message_id,
        created_at=created_at,
        count=count,
        amount_minor=amount_minor,
    )

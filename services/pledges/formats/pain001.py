"""Writes pain.001.001.09: the transfers (SEPA) that we ask our bank to make."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sepaxml import SepaTransfer

from services.pledges.formats.pain import finished

SCHEMA = "pain.001.001.09"
"""The version of the EPC's guidelines since March 2024."""


class Transfer(NamedTuple):
    """One transfer. `bic` is for banks outside the European Economic Area; `text` is what the payee reads."""

    name: str
    iban: str
    bic: str | None
    amount_minor: int
    end_to_end_id: str
    text: str


def write_transfers(
    transfers: Iterable[Transfer],
    *,
    debtor_name: str,
    debtor_iban: str,
    execute_on: date,
    message_id: str,
    created_at: datetime,
) -> bytes:
    """One file with one payment block. The same transfers are the same bytes. Raises PaymentFileWrong."""
    debtor = {"name": debtor_name, "IBAN": debtor_iban, "currency": "EUR", "batch": True}
    file, count, amount_minor = SepaTransfer(debtor, schema=SCHEMA), 0, 0
    for transfer in transfers:
        count, amount_minor = count + 1, amount_minor + transfer.amount_minor
        payment: dict[str, Any] = {
            "name": transfer.name,
            "IBAN": transfer.iban,
            "amount": transfer.amount_minor,
            "execution_date": execute_on,
            "description": transfer.text,
            "endtoend_id": transfer.end_to_end_id,
        }
        file.add_payment(payment | ({"BIC": transfer.bic} if transfer.bic else {}))
    return finished(
        file.export(validate=False),  # `finished` does, faster
        schema=SCHEMA,
        message_id=message_id,
        created_at=created_at,
        count=count,
        amount_minor=amount_minor,
    )

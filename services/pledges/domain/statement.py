"""What a bank statement says, whatever the file format that carried it.

A statement is a header, then one `BankLine` per movement of money, then its totals. Readers in
`formats/` produce these values; reconciliation only knows them. Amounts are integer cents of the
account's currency.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256


class Direction(StrEnum):
    """Which way the money moved on our account, as booked (a reversal keeps its own direction)."""

    CREDIT = "credit"
    DEBIT = "debit"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementHeader:
    """One statement of one account; balances are signed (a debit balance is negative).

    `norm` is the format that it came in. It is no part of what the statement says, nor of the hash of its content.
    """

    iban: str
    statement_id: str
    currency: str
    opening_minor: int
    closing_minor: int
    opening_on: date
    closing_on: date
    sequence_number: int | None = None
    norm: str = field(default="camt.053", repr=False)


@dataclass(slots=True, kw_only=True)  # frozen, it takes three times as long to make, and files are long
class BankLine:
    """One movement of money: a transaction of an entry, or the entry itself when it has no details.

    `entry_index` counts the booked entries of the statement from 1; `detail_index` counts the lines of
    the entry from 1 and is 0 when the entry has no details. `amount_minor` is always positive.
    A charge that the bank took out of an entry is a line of its own (`is_charge`), so that the lines
    always add up to what was booked.
    """

    entry_index: int
    detail_index: int
    amount_minor: int
    direction: Direction
    booked_on: date
    value_on: date
    bank_reference: str | None = None
    end_to_end_id: str | None = None
    structured_reference: str | None = None
    remittance_text: str | None = None
    counterparty_name: str | None = None
    counterparty_iban: str | None = None
    transaction_code: str | None = None
    return_reason: str | None = None
    is_reversal: bool = False
    is_charge: bool = False
    additional_information: str | None = None
    message_id: str | None = None
    payment_information_id: str | None = None
    instruction_id: str | None = None
    transaction_id: str | None = None
    mandate_id: str | None = None

    @property
    def signed_minor(self) -> int:
        """What the line does to the balance, in cents."""
        return self.amount_minor if self.direction is Direction.CREDIT else -self.amount_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementTotals:
    """Ends a statement whose lines were found to lead from its opening to its closing balance."""

    iban: str
    statement_id: str
    entries: int
    ignored_entries: int
    lines: int
    credits_minor: int
    debits_minor: int


def line_key(header: StatementHeader, line: BankLine) -> str:
    """The identity of a line: 32 hexadecimal digits, the same each time that the file is read.

    Bank references are optional in the norm, so the key is made of what every statement has. The
    position is in it because two givers may well send the same amount on the same day.
    """
    identity = (
        f"{header.iban}\n{header.statement_id}\n{line.entry_index}\n{line.detail_index}\n"
        f"{line.amount_minor}\n{line.direction.value}\n{line.booked_on.isoformat()}"
    )
    return sha256(identity.encode()).hexdigest()[:32]

"""The fate of every line of every bank statement.

Each booked line of a statement is in exactly one of `PaymentReceived`, `PaymentReturned`, `PaymentRefunded`,
`PaymentSuspended`, `BankFeeCharged`, `DisbursementDebited`, `ConversionDebited`, and of `repayments`
`RepaymentReceived` and `RepaymentReturned`; `StatementImported` says how many there are and what they sum to.
`line_id` is the line's own id, stable over imports.
"""

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.events.contract import AmountMinor, BalanceMinor, Count, CurrencyCode, Event


class Direction(StrEnum):
    """The side of a bank line, seen from the account's owner (ISO 20022 CdtDbtInd)."""

    CREDIT = "CRDT"
    DEBIT = "DBIT"


class BankLineEvent(Event):
    """What every event made from a bank line says."""

    line_id: UUID
    statement_id: UUID
    amount_minor: AmountMinor
    currency: CurrencyCode
    booked_on: date
    value_on: date
    bank_reference: str | None = None


class PaymentReceived(BankLineEvent, publisher="pledges"):
    """A booked credit carries a pledge's reference: the money is there, with its bank line as proof."""

    pledge_id: UUID
    person_id: UUID
    fund: str
    matched_by: str
    instrument: str = "gift"

    @property
    def key(self) -> str:
        return str(self.pledge_id)


class PaymentReturned(BankLineEvent, publisher="pledges"):
    """A booked debit gives back a payment that had been received, in full or in part.

    `received_line_id` is the payment's bank line, or its `allocation_id` when it came by way of suspense.
    """

    pledge_id: UUID
    person_id: UUID
    fund: str
    received_line_id: UUID
    reason_code: str | None = None

    @property
    def key(self) -> str:
        return str(self.pledge_id)


class PaymentRefunded(BankLineEvent, publisher="pledges"):
    """A booked debit gives a payment back because two persons ordered it.

    `received_line_id` is as in `PaymentReturned`.
    """

    pledge_id: UUID
    person_id: UUID
    fund: str
    received_line_id: UUID
    refund_id: UUID

    @property
    def key(self) -> str:
        return str(self.pledge_id)


class PaymentSuspended(BankLineEvent, publisher="pledges"):
    """A booked line that nothing explains yet: held in suspense (471), national lane, with the reason."""

    direction: Direction
    reason: str

    @property
    def key(self) -> str:
        return str(self.line_id)


class BankFeeCharged(BankLineEvent, publisher="pledges"):
    """A booked debit by which the bank takes its fee, national lane."""

    @property
    def key(self) -> str:
        return str(self.line_id)


class DisbursementDebited(BankLineEvent, publisher="pledges"):
    """A booked debit carries the EndToEndId of a confirmed disbursement: the money has left."""

    disbursement_id: UUID
    end_to_end_id: str

    @property
    def key(self) -> str:
        return str(self.disbursement_id)


class ConversionDebited(BankLineEvent, publisher="pledges"):
    """A booked debit carries the EndToEndId of a confirmed conversion: the euros are with the issuer."""

    conversion_id: UUID
    end_to_end_id: str

    @property
    def key(self) -> str:
        return str(self.conversion_id)


class StatementImported(Event, publisher="pledges"):
    """A whole statement was imported, national lane: the ledger can prove its bank account against it."""

    statement_id: UUID
    account: str
    opening_minor: BalanceMinor
    closing_minor: BalanceMinor
    currency: CurrencyCode
    opening_on: date
    closing_on: date
    line_count: Count
    credit_minor: BalanceMinor
    debit_minor: BalanceMinor
    follows_previous: bool

    @property
    def key(self) -> str:
        return self.account

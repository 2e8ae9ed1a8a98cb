"""What pledges says of investments that are paid back: by which reference, and what came with it."""

from uuid import UUID

from shared.events.contract import Event
from shared.events.pledges.statements import BankLineEvent


class RepaymentReferenceIssued(Event, publisher="pledges"):
    """The RF reference by which an investment is paid back, and whose account it is paid to: ours.

    One for each investment, whatever becomes of its schedule; no pledge ever has it.
    """

    disbursement_id: UUID
    reference: str
    beneficiary_name: str
    beneficiary_iban: str

    @property
    def key(self) -> str:
        return str(self.disbursement_id)


class RepaymentReceived(BankLineEvent, publisher="pledges"):
    """A booked credit carries the reference of an investment: it is paid back, in whole or in part."""

    disbursement_id: UUID
    matched_by: str

    @property
    def key(self) -> str:
        return str(self.disbursement_id)


class RepaymentReturned(BankLineEvent, publisher="pledges"):
    """A booked debit gives back a repayment, whole. `repaid_line_id` is the repayment's bank line."""

    disbursement_id: UUID
    repaid_line_id: UUID
    reason_code: str | None = None

    @property
    def key(self) -> str:
        return str(self.disbursement_id)

"""An investment that is paid back, from the bank's line to its entry in journal REM; and the bank's return of it."""

from datetime import date
from uuid import UUID

from services.ledger.domain import chart
from services.ledger.domain.chart import Journal
from services.ledger.domain.entries import BankProof, Draft, Line
from services.ledger.domain.instalments import Covered

INVESTMENT = "investment"
"""The instrument of the lines, as of the disbursement's."""


def repaid(
    *, event_id: UUID, hashed: bytes, on: date, value_on: date, proof: BankProof, disbursement_id: UUID, fund: str,
    currency: str, covered: Covered,
) -> Draft:  # fmt: skip
    """D 512100 / C 274900 principal / C 762000 interest / C 471000 what exceeds all that is owed."""
    return _entry(
        label="Remboursement d’un investissement",
        sign=1,
        event_id=event_id,
        hashed=hashed,
        on=on,
        value_on=value_on,
        proof=proof,
        disbursement_id=disbursement_id,
        fund=fund,
        currency=currency,
        covered=covered,
    )


def repayment_returned(
    *, event_id: UUID, hashed: bytes, on: date, value_on: date, proof: BankProof, disbursement_id: UUID, fund: str,
    currency: str, covered: Covered,
) -> Draft:  # fmt: skip
    """The reverse of what the repayment posted, to the cent: `covered` is what it had covered."""
    return _entry(
        label="Remboursement d’un investissement, rejeté",
        sign=-1,
        event_id=event_id,
        hashed=hashed,
        on=on,
        value_on=value_on,
        proof=proof,
        disbursement_id=disbursement_id,
        fund=fund,
        currency=currency,
        covered=covered,
    )


def _entry(
    *, label: str, sign: int, event_id: UUID, hashed: bytes, on: date, value_on: date, proof: BankProof,
    disbursement_id: UUID, fund: str, currency: str, covered: Covered,
) -> Draft:  # fmt: skip
    amounts = (
        (chart.BANK, sum(covered)),
        (chart.INVESTMENTS_REPAID, -covered.principal_minor),
        (chart.INTEREST_RECEIVED, -covered.interest_minor),
        (chart.SUSPENSE, -covered.excess_minor),
    )
    return Draft(
        event_id=event_id,
        payload_hash=hashed,
        journal=Journal.REPAYMENTS,
        entry_on=on,
        value_on=value_on,
        document=str(disbursement_id),
        label=label,
        lines=tuple(
            Line(account, sign * amount, fund, currency, INVESTMENT) for account, amount in amounts if amount
        ),
        proof=proof,
    )

"""What becomes of each booked line of a statement: one fate, one reason, no guess on a name or an amount.

Pure: it is given the pledges, earlier receipts and expected debits that the lines may touch, and keeps them
up to date as it goes, so that a payment and its return may stand in one statement.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.matching import Candidate, FoundIn, NoCandidate, why_no_candidate
from services.pledges.domain.pledge import Pledge
from services.pledges.domain.statement import BankLine, Direction

CHARGES = frozenset({"CHRG", "FEES", "COMM"})
"""Sub-families of ISO 20022 bank transaction codes by which a bank takes its own fees."""


class Fate(StrEnum):
    """What a line turned out to be: each is one contract of `shared.events.pledges`."""

    RECEIVED = "received"
    RETURNED = "returned"
    DISBURSED = "disbursed"
    FEE = "fee"
    SUSPENDED = "suspended"


class Suspense(StrEnum):
    """Why a line waits in suspense for somebody to decide."""

    NO_REFERENCE = "no_reference"
    MISTYPED_REFERENCE = "mistyped_reference"
    UNKNOWN_REFERENCE = "unknown_reference"
    SEVERAL_PLEDGES = "several_pledges"
    DEBIT_CAME_BACK = "debit_came_back"
    CHARGE_GIVEN_BACK = "charge_given_back"
    AMOUNT_DIFFERS_FROM_ORDER = "amount_differs_from_order"
    ORDER_ALREADY_DEBITED = "order_already_debited"
    RETURN_OF_UNKNOWN_PAYMENT = "return_of_unknown_payment"
    RETURN_EXCEEDS_RECEIPTS = "return_exceeds_receipts"
    SEVERAL_PAYMENTS = "several_payments"
    UNEXPECTED_DEBIT = "unexpected_debit"


SUSPENSE_SENTENCES: dict[Suspense, str] = {
    Suspense.NO_REFERENCE: "Aucune référence commençant par RF dans ce virement.",
    Suspense.MISTYPED_REFERENCE: "La clé de contrôle de la référence est fausse : une faute de frappe ?",
    Suspense.UNKNOWN_REFERENCE: "La référence est bien formée, mais aucune promesse ne la porte.",
    Suspense.SEVERAL_PLEDGES: "Le virement porte les références de plusieurs promesses.",
    Suspense.DEBIT_CAME_BACK: "Un virement sortant est revenu sur le compte.",
    Suspense.CHARGE_GIVEN_BACK: "La banque a rendu des frais.",
    Suspense.AMOUNT_DIFFERS_FROM_ORDER: "Le montant débité est différent de celui de l’ordre confirmé.",
    Suspense.ORDER_ALREADY_DEBITED: "L’ordre qui porte cet identifiant a déjà été débité.",
    Suspense.RETURN_OF_UNKNOWN_PAYMENT: "Ce retour ne correspond à aucun paiement reçu.",
    Suspense.RETURN_EXCEEDS_RECEIPTS: "Ce retour dépasse ce qui avait été reçu et n’est pas encore rendu.",
    Suspense.SEVERAL_PAYMENTS: "Ce retour peut correspondre à plusieurs paiements reçus.",
    Suspense.UNEXPECTED_DEBIT: "Ce débit ne correspond à aucun ordre confirmé.",
}


@dataclass(slots=True, kw_only=True)
class Receipt:
    """A received line, and how much of it went back so far."""

    line_id: UUID
    pledge_id: UUID
    amount_minor: int
    end_to_end_id: str | None
    returned_minor: int = 0

    @property
    def remaining_minor(self) -> int:
        return self.amount_minor - self.returned_minor


@dataclass(slots=True, kw_only=True)
class ExpectedDebit:
    """The debit that a confirmed disbursement will cause; `line_id` once a statement showed it."""

    territory: str
    disbursement_id: UUID
    end_to_end_id: str
    amount_minor: int
    line_id: UUID | None = None


class Explanation(NamedTuple):
    """The fate of a line, with what it is about."""

    fate: Fate
    pledge: Pledge | None = None
    found_in: FoundIn | None = None
    receipt: Receipt | None = None
    expected_debit: ExpectedDebit | None = None
    reason: Suspense | None = None


FEE = Explanation(fate=Fate.FEE)


def suspended(reason: Suspense) -> Explanation:
    return Explanation(fate=Fate.SUSPENDED, reason=reason)


class Reconciliation:
    """Explains lines one after the other, and moves its `pledges`, `receipts` and `expected_debits` along."""

    def __init__(
        self,
        *,
        pledges: Iterable[Pledge] = (),
        receipts: Iterable[Receipt] = (),
        expected_debits: Iterable[ExpectedDebit] = (),
    ) -> None:
        self.pledges = {pledge.pledge_id: pledge for pledge in pledges}
        self.receipts = {receipt.line_id: receipt for receipt in receipts}
        self.expected_debits = {debit.end_to_end_id: debit for debit in expected_debits}
        self._pledge_of_reference = {pledge.reference: pledge.pledge_id for pledge in self.pledges.values()}

    def explain(self, line: BankLine, *, line_id: UUID, candidates: Sequence[Candidate]) -> Explanation:
        """The fate of one line; `candidates` are the references that it bears, in the order to try."""
        if line.direction is Direction.CREDIT:
            return self._explain_credit(line, line_id, candidates)
        return self._explain_debit(line, line_id, candidates)

    def _explain_credit(self, line: BankLine, line_id: UUID, candidates: Sequence[Candidate]) -> Explanation:
        if is_charge(line):
            return suspended(Suspense.CHARGE_GIVEN_BACK)
        if line.return_reason or line.is_reversal or line.end_to_end_id in self.expected_debits:
            return suspended(Suspense.DEBIT_CAME_BACK)
        known = self._known(candidates)
        if not known:
            return suspended(_why_unmatched(line, candidates))
        best, pledge_id = known[0]
        if any(other.found_in is best.found_in and id != pledge_id for other, id in known[1:]):
            return suspended(Suspense.SEVERAL_PLEDGES)
        pledge = self.pledges[pledge_id] = self.pledges[pledge_id].receive(line.amount_minor)
        self.receipts[line_id] = Receipt(
            line_id=line_id,
            pledge_id=pledge_id,
            amount_minor=line.amount_minor,
            end_to_end_id=line.end_to_end_id,
        )
        return Explanation(fate=Fate.RECEIVED, pledge=pledge, found_in=best.found_in)

    def _explain_debit(self, line: BankLine, line_id: UUID, candidates: Sequence[Candidate]) -> Explanation:
        if is_charge(line):
            return FEE
        expected = self.expected_debits.get(line.end_to_end_id or "")
        if expected is not None:
            return _debited(expected, line, line_id)
        pledge_ids = {pledge_id for _, pledge_id in self._known(candidates)}
        return self._given_back(line, self._receipts_for(line, pledge_ids))

    def _known(self, candidates: Sequence[Candidate]) -> list[tuple[Candidate, UUID]]:
        return [
            (candidate, pledge_id)
            for candidate in candidates
            if (pledge_id := self._pledge_of_reference.get(candidate.reference))
        ]

    def _receipts_for(self, line: BankLine, pledge_ids: set[UUID]) -> list[Receipt]:
        """The receipts that a debit may give back: of its reference's pledge, else of its EndToEndId."""
        if pledge_ids:
            return [receipt for receipt in self.receipts.values() if receipt.pledge_id in pledge_ids]
        if line.end_to_end_id is None:
            return []
        return [receipt for receipt in self.receipts.values() if receipt.end_to_end_id == line.end_to_end_id]

    def _given_back(self, line: BankLine, receipts: list[Receipt]) -> Explanation:
        is_return = bool(line.return_reason) or line.is_reversal
        if not receipts:
            reason = Suspense.RETURN_OF_UNKNOWN_PAYMENT if is_return else Suspense.UNEXPECTED_DEBIT
            return suspended(reason)
        open_receipts = [receipt for receipt in receipts if receipt.remaining_minor >= line.amount_minor]
        if not open_receipts:
            return suspended(Suspense.RETURN_EXCEEDS_RECEIPTS)
        if len({receipt.pledge_id for receipt in open_receipts}) > 1:
            return suspended(Suspense.SEVERAL_PAYMENTS)
        receipt = min(open_receipts, key=lambda receipt: _distance(receipt, line))
        pledge = self.pledges[receipt.pledge_id].give_back(line.amount_minor)
        self.pledges[receipt.pledge_id] = pledge
        receipt.returned_minor += line.amount_minor
        return Explanation(fate=Fate.RETURNED, pledge=pledge, receipt=receipt)


def is_charge(line: BankLine) -> bool:
    """Whether the bank says that the line is its own fee."""
    return line.is_charge or not CHARGES.isdisjoint((line.transaction_code or "").split("/"))


def _debited(expected: ExpectedDebit, line: BankLine, line_id: UUID) -> Explanation:
    if expected.line_id is not None:
        return suspended(Suspense.ORDER_ALREADY_DEBITED)
    if expected.amount_minor != line.amount_minor:
        return suspended(Suspense.AMOUNT_DIFFERS_FROM_ORDER)
    expected.line_id = line_id
    return Explanation(fate=Fate.DISBURSED, expected_debit=expected)


def _distance(receipt: Receipt, line: BankLine) -> tuple[bool, bool]:
    """The same EndToEndId first, then exactly what is left of the receipt."""
    return receipt.end_to_end_id != line.end_to_end_id, receipt.remaining_minor != line.amount_minor


def _why_unmatched(line: BankLine, candidates: Sequence[Candidate]) -> Suspense:
    if candidates:
        return Suspense.UNKNOWN_REFERENCE
    if why_no_candidate(line) is NoCandidate.MISTYPED_REFERENCE:
        return Suspense.MISTYPED_REFERENCE
    return Suspense.NO_REFERENCE

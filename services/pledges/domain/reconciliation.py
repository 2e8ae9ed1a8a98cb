"""What becomes of each booked line of a statement: one fate, one reason, no guess on a name or an amount.

Pure: it is given the pledges, earlier receipts and expected debits that the lines may touch, and keeps them
up to date as it goes, so that a payment and its return may stand in one statement.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.allocation import Part, exact_parts, first_allocation_id
from services.pledges.domain.matching import Candidate, FoundIn, NoCandidate, why_no_candidate
from services.pledges.domain.payment_file import OrderKind
from services.pledges.domain.pledge import Pledge
from services.pledges.domain.repayments import ExpectedRepayment, RepaidLine, Repayments
from services.pledges.domain.statement import BankLine, Direction

CHARGES = frozenset({"CHRG", "FEES", "COMM"})
"""Sub-families of ISO 20022 bank transaction codes by which a bank takes its own fees."""

RETURNS = frozenset({"RRTN", "RPCR", "UPDD", "PRDD", "RCDD", "UPCQ"})
"""Sub-families by which a bank takes back what it had credited: transfers, direct debits, cheques."""


class Fate(StrEnum):
    """What a line turned out to be: each is one contract of `shared.events.pledges`."""

    RECEIVED = "received"
    RETURNED = "returned"
    REFUNDED = "refunded"
    DISBURSED = "disbursed"
    REPAID = "repaid"
    REPAYMENT_RETURNED = "repayment_returned"
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
    CURRENCY_DIFFERS_FROM_ORDER = "currency_differs_from_order"
    ORDER_ALREADY_DEBITED = "order_already_debited"
    RETURN_OF_UNKNOWN_PAYMENT = "return_of_unknown_payment"
    RETURN_EXCEEDS_RECEIPTS = "return_exceeds_receipts"
    SEVERAL_PAYMENTS = "several_payments"
    UNEXPECTED_DEBIT = "unexpected_debit"
    REPAYMENT_AMONG_OTHERS = "repayment_among_others"
    RETURN_OF_PART_OF_REPAYMENT = "return_of_part_of_repayment"
    DEBIT_NAMES_INVESTMENT = "debit_names_investment"
    CURRENCY_DIFFERS_FROM_INVESTMENT = "currency_differs_from_investment"


SUSPENSE_SENTENCES: dict[Suspense, str] = {
    Suspense.NO_REFERENCE: "Aucune référence commençant par RF dans ce virement.",
    Suspense.MISTYPED_REFERENCE: "La clé de contrôle de la référence est fausse : une faute de frappe ?",
    Suspense.UNKNOWN_REFERENCE: "La référence est bien formée, mais aucune promesse ne la porte.",
    Suspense.SEVERAL_PLEDGES: "Le virement porte les références de plusieurs promesses.",
    Suspense.DEBIT_CAME_BACK: "Un virement sortant est revenu sur le compte.",
    Suspense.CHARGE_GIVEN_BACK: "La banque a rendu des frais.",
    Suspense.AMOUNT_DIFFERS_FROM_ORDER: "Le montant débité est différent de celui de l’ordre confirmé.",
    Suspense.CURRENCY_DIFFERS_FROM_ORDER: "Le débit n’est pas dans la monnaie de l’ordre confirmé.",
    Suspense.ORDER_ALREADY_DEBITED: "L’ordre qui porte cet identifiant a déjà été débité.",
    Suspense.RETURN_OF_UNKNOWN_PAYMENT: "Ce retour ne correspond à aucun paiement reçu.",
    Suspense.RETURN_EXCEEDS_RECEIPTS: "Ce retour dépasse ce qui avait été reçu et n’est pas encore rendu.",
    Suspense.SEVERAL_PAYMENTS: "Ce retour peut correspondre à plusieurs paiements reçus.",
    Suspense.UNEXPECTED_DEBIT: "Ce débit ne correspond à aucun ordre confirmé.",
    Suspense.REPAYMENT_AMONG_OTHERS: (
        "Le virement porte plusieurs références, dont celle d’un investissement à rembourser."
    ),
    Suspense.RETURN_OF_PART_OF_REPAYMENT: (
        "Ce retour n’est pas du montant du remboursement d’investissement qu’il nomme, ou celui-ci est déjà rendu."
    ),
    Suspense.DEBIT_NAMES_INVESTMENT: (
        "Ce débit porte la référence d’un investissement à rembourser, mais la banque ne dit pas que c’est un retour."
    ),
    Suspense.CURRENCY_DIFFERS_FROM_INVESTMENT: (
        "Cette ligne n’est pas dans la monnaie de l’investissement à rembourser qu’elle nomme."
    ),
}


@dataclass(slots=True, kw_only=True)
class Receipt:
    """A received line, or an allocation of a suspended one, and how much of it went back so far.

    `line_id` is the allocation's id then.
    """

    line_id: UUID
    pledge_id: UUID
    amount_minor: int
    end_to_end_id: str | None
    returned_minor: int = 0
    is_allocation: bool = False

    @property
    def remaining_minor(self) -> int:
        return self.amount_minor - self.returned_minor


@dataclass(slots=True, kw_only=True)
class ExpectedDebit:
    """The debit that a confirmed disbursement or conversion will cause; `line_id` once a statement showed it."""

    territory: str
    order_id: UUID
    end_to_end_id: str
    amount_minor: int
    currency: str
    kind: OrderKind = OrderKind.DISBURSEMENT
    line_id: UUID | None = None


@dataclass(slots=True, kw_only=True)
class ExpectedRefund:
    """The debit by which a confirmed refund gives a payment back; `line_id` once a statement showed it."""

    refund_id: UUID
    payment_id: UUID
    end_to_end_id: str
    amount_minor: int
    currency: str
    line_id: UUID | None = None


class Explanation(NamedTuple):
    """The fate of a line, with what it is about. `parts`: the pledges between which a suspended credit is divided.

    `repaid_line` is what a returned repayment gives back.
    """

    fate: Fate
    pledge: Pledge | None = None
    found_in: FoundIn | None = None
    receipt: Receipt | None = None
    expected_debit: ExpectedDebit | None = None
    expected_refund: ExpectedRefund | None = None
    expected_repayment: ExpectedRepayment | None = None
    repaid_line: RepaidLine | None = None
    reason: Suspense | None = None
    parts: tuple[Part, ...] = ()


FEE = Explanation(fate=Fate.FEE)


def suspended(reason: Suspense) -> Explanation:
    return Explanation(fate=Fate.SUSPENDED, reason=reason)


class Reconciliation:
    """Explains lines one after the other, and moves what it was given along.

    `currency`: of the statement, so of each line. `collections`: which EndToEndIds of the lines are those of our own
    direct debits.
    """

    def __init__(
        self,
        *,
        currency: str,
        pledges: Iterable[Pledge] = (),
        receipts: Iterable[Receipt] = (),
        expected_debits: Iterable[ExpectedDebit] = (),
        expected_refunds: Iterable[ExpectedRefund] = (),
        expected_repayments: Iterable[ExpectedRepayment] = (),
        repaid_lines: Iterable[RepaidLine] = (),
        collections: Collection[str] = frozenset(),
    ) -> None:
        self.currency = currency
        self.pledges = {pledge.pledge_id: pledge for pledge in pledges}
        self.receipts = {receipt.line_id: receipt for receipt in receipts}
        self.expected_debits = {debit.end_to_end_id: debit for debit in expected_debits}
        self.expected_refunds = {refund.end_to_end_id: refund for refund in expected_refunds}
        self.repayments = Repayments(expected_repayments, repaid_lines)
        self.collections = collections
        self._pledge_of_reference = {pledge.reference: pledge.pledge_id for pledge in self.pledges.values()}

    def explain(self, line: BankLine, *, line_id: UUID, candidates: Sequence[Candidate]) -> Explanation:
        """The fate of one line; `candidates` are the references that it bears, in the order to try."""
        if line.direction is Direction.CREDIT:
            return self._explain_credit(line, line_id, candidates)
        return self._explain_debit(line, line_id, candidates)

    def explain_detail(
        self, detail: BankLine, *, detail_id: UUID, candidates: Sequence[Candidate]
    ) -> Explanation:
        """What a detail of a credited sum pays, as for a line; one that names several pledges is left to a person."""
        if len(self._named(candidates)[0]) > 1:
            return suspended(Suspense.SEVERAL_PLEDGES)
        return self._explain_credit(detail, detail_id, candidates)

    def _explain_credit(self, line: BankLine, line_id: UUID, candidates: Sequence[Candidate]) -> Explanation:
        if is_charge(line):
            return suspended(Suspense.CHARGE_GIVEN_BACK)
        if line.return_reason or line.is_reversal or line.end_to_end_id in self.expected_debits:
            return suspended(Suspense.DEBIT_CAME_BACK)
        if self.repayments.expected:
            candidates = self.repayments.without_prefixes(candidates)
            if (place := self.repayments.first_place(candidates)) and self._names_none_before(
                place, candidates
            ):
                return self._repaid(line, line_id, candidates, place)
        named, found_in = self._named(candidates)
        if not named:
            return suspended(_why_unmatched(line, candidates))
        if len(named) > 1:
            return self._divided(line, line_id, named)
        (pledge_id,) = named
        pledge = self.pledges[pledge_id] = self.pledges[pledge_id].receive(line.amount_minor)
        self.receipts[line_id] = Receipt(
            line_id=line_id,
            pledge_id=pledge_id,
            amount_minor=line.amount_minor,
            end_to_end_id=line.end_to_end_id,
        )
        return Explanation(fate=Fate.RECEIVED, pledge=pledge, found_in=found_in)

    def _divided(self, line: BankLine, line_id: UUID, pledge_ids: set[UUID]) -> Explanation:
        """Several pledges in one transfer: divided when they miss exactly its amount, else left to a person."""
        parts = exact_parts([self.pledges[id] for id in sorted(pledge_ids)], line.amount_minor)
        for pledge, amount_minor in parts:
            self.pledges[pledge.pledge_id] = pledge.receive(amount_minor)
            allocation_id = first_allocation_id(line_id, pledge.pledge_id)
            self.receipts[allocation_id] = Receipt(
                line_id=allocation_id,
                pledge_id=pledge.pledge_id,
                amount_minor=amount_minor,
                end_to_end_id=line.end_to_end_id,
                is_allocation=True,
            )
        return Explanation(fate=Fate.SUSPENDED, reason=Suspense.SEVERAL_PLEDGES, parts=parts)

    def _explain_debit(self, line: BankLine, line_id: UUID, candidates: Sequence[Candidate]) -> Explanation:
        if is_charge(line):
            return FEE
        expected = self.expected_debits.get(line.end_to_end_id or "")
        if expected is not None:
            return self._debited(expected, line, line_id)
        refund = self.expected_refunds.get(line.end_to_end_id or "")
        if refund is not None:
            return self._refunded(refund, line, line_id)
        pledge_ids = {pledge_id for _, pledge_id in self._known(candidates)}
        receipts = self._receipts_for(line, pledge_ids)
        if pledge_ids:
            return self._given_back(line, receipts)
        if not self._is_return(line):
            names_investment = self.repayments.first_place(candidates) is not None
            return suspended(
                Suspense.DEBIT_NAMES_INVESTMENT if names_investment else Suspense.UNEXPECTED_DEBIT
            )
        if repaid := self.repayments.given_back_by(line, candidates):
            return suspended(Suspense.SEVERAL_PAYMENTS) if receipts else self._repayment_back(repaid, line)
        return self._given_back(line, receipts)

    def _names_none_before(self, place: FoundIn, candidates: Sequence[Candidate]) -> bool:
        """Whether no pledge is named at an earlier place."""
        found_in = self._named(candidates)[1]
        return found_in is None or list(FoundIn).index(place) <= list(FoundIn).index(found_in)

    def _repaid(
        self, line: BankLine, line_id: UUID, candidates: Sequence[Candidate], place: FoundIn
    ) -> Explanation:
        """One investment is named, and nothing else at that place; else it is left to a person."""
        named = self.repayments.named_at(place, candidates)
        if len(named) > 1 or self._named(candidates)[1] is place:
            return suspended(Suspense.REPAYMENT_AMONG_OTHERS)
        (repayment,) = named
        if repayment.currency != self.currency:
            return suspended(Suspense.CURRENCY_DIFFERS_FROM_INVESTMENT)
        self.repayments.take(line, line_id, repayment)
        return Explanation(fate=Fate.REPAID, found_in=place, expected_repayment=repayment)

    def _repayment_back(self, repaid: list[RepaidLine], line: BankLine) -> Explanation:
        """A repayment goes back whole: what it covered is taken back as it was booked."""
        repaid = [one for one in repaid if one.currency == self.currency]
        if not repaid:
            return suspended(Suspense.CURRENCY_DIFFERS_FROM_INVESTMENT)
        whole = [one for one in repaid if not one.is_returned and one.amount_minor == line.amount_minor]
        if not whole:
            return suspended(Suspense.RETURN_OF_PART_OF_REPAYMENT)
        if len({one.disbursement_id for one in whole}) > 1:
            return suspended(Suspense.SEVERAL_PAYMENTS)
        whole[0].is_returned = True
        return Explanation(fate=Fate.REPAYMENT_RETURNED, repaid_line=whole[0])

    def _refunded(self, refund: ExpectedRefund, line: BankLine, line_id: UUID) -> Explanation:
        if why := self._not_the_order(refund, line):
            return suspended(why)
        receipt = self.receipts[refund.payment_id]
        if receipt.remaining_minor < line.amount_minor:
            return suspended(Suspense.RETURN_EXCEEDS_RECEIPTS)
        refund.line_id = line_id
        return self._back(receipt, line)._replace(fate=Fate.REFUNDED, expected_refund=refund)

    def _debited(self, expected: ExpectedDebit, line: BankLine, line_id: UUID) -> Explanation:
        if why := self._not_the_order(expected, line):
            return suspended(why)
        expected.line_id = line_id
        return Explanation(fate=Fate.DISBURSED, expected_debit=expected)

    def _not_the_order(self, order: ExpectedDebit | ExpectedRefund, line: BankLine) -> Suspense | None:
        """Why a debit with the EndToEndId of a confirmed order is not that order's."""
        if order.line_id is not None:
            return Suspense.ORDER_ALREADY_DEBITED
        if order.currency != self.currency:
            return Suspense.CURRENCY_DIFFERS_FROM_ORDER
        return Suspense.AMOUNT_DIFFERS_FROM_ORDER if order.amount_minor != line.amount_minor else None

    def _known(self, candidates: Sequence[Candidate]) -> list[tuple[Candidate, UUID]]:
        return [
            (candidate, pledge_id)
            for candidate in candidates
            if (pledge_id := self._pledge_of_reference.get(candidate.reference))
        ]

    def _named(self, candidates: Sequence[Candidate]) -> tuple[set[UUID], FoundIn | None]:
        """The pledges named at the first place that names any, and that place."""
        known = self._known(candidates)
        if not known:
            return set(), None
        found_in = known[0][0].found_in
        return {id for other, id in known if other.found_in is found_in}, found_in

    def _receipts_for(self, line: BankLine, pledge_ids: set[UUID]) -> list[Receipt]:
        """The receipts that a debit may give back: those with its EndToEndId, whatever is left of them.

        Where none has it, all those of its reference's pledge; but a direct debit of ours is that one or none. The name
        of a debit that is no return is ours: that somebody paid with the same one means nothing.
        """
        named = [
            receipt
            for receipt in self.receipts.values()
            if line.end_to_end_id is not None and receipt.end_to_end_id == line.end_to_end_id
        ]
        if not pledge_ids or line.end_to_end_id in self.collections:
            return named if self._is_return(line) else []
        own = [receipt for receipt in self.receipts.values() if receipt.pledge_id in pledge_ids]
        return [receipt for receipt in named if receipt.pledge_id in pledge_ids] or own

    def _given_back(self, line: BankLine, receipts: list[Receipt]) -> Explanation:
        if not receipts:
            is_return = self._is_return(line)
            reason = Suspense.RETURN_OF_UNKNOWN_PAYMENT if is_return else Suspense.UNEXPECTED_DEBIT
            return suspended(reason)
        open_receipts = [receipt for receipt in receipts if receipt.remaining_minor >= line.amount_minor]
        if not open_receipts:
            return suspended(Suspense.RETURN_EXCEEDS_RECEIPTS)
        if len({receipt.pledge_id for receipt in open_receipts}) > 1:
            return suspended(Suspense.SEVERAL_PAYMENTS)
        exact = [receipt for receipt in open_receipts if receipt.remaining_minor == line.amount_minor]
        return self._back((exact or open_receipts)[0], line)

    def _is_return(self, line: BankLine) -> bool:
        """Whether the bank says so, or it names a direct debit of ours."""
        return bool(
            line.return_reason
            or line.is_reversal
            or not RETURNS.isdisjoint((line.transaction_code or "").split("/"))
            or line.end_to_end_id in self.collections
        )

    def _back(self, receipt: Receipt, line: BankLine) -> Explanation:
        pledge = self.pledges[receipt.pledge_id].give_back(line.amount_minor)
        self.pledges[receipt.pledge_id] = pledge
        receipt.returned_minor += line.amount_minor
        return Explanation(fate=Fate.RETURNED, pledge=pledge, receipt=receipt)


def is_charge(line: BankLine) -> bool:
    """Whether the bank says that the line is its own fee."""
    return line.is_charge or not CHARGES.isdisjoint((line.transaction_code or "").split("/"))


def _why_unmatched(line: BankLine, candidates: Sequence[Candidate]) -> Suspense:
    if candidates:
        return Suspense.UNKNOWN_REFERENCE
    if why_no_candidate(line) is NoCandidate.MISTYPED_REFERENCE:
        return Suspense.MISTYPED_REFERENCE
    return Suspense.NO_REFERENCE

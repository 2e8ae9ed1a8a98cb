"""Investments that are paid back: which a line names by its reference, and which earlier line a debit gives back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.pledges.domain.matching import Candidate, FoundIn
from services.pledges.domain.statement import BankLine


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRepayment:
    """An investment that is paid back by its reference."""

    territory: str
    disbursement_id: UUID
    reference: str
    currency: str


@dataclass(slots=True, kw_only=True)
class RepaidLine:
    """A line by which an investment was paid back; `is_returned` once the bank has taken it back."""

    line_id: UUID
    territory: str
    disbursement_id: UUID
    amount_minor: int
    currency: str
    end_to_end_id: str | None
    is_returned: bool = False


class Repayments:
    """The investments and earlier repayments that some lines may be about; kept up to date as they are explained."""

    def __init__(self, expected: Iterable[ExpectedRepayment] = (), lines: Iterable[RepaidLine] = ()) -> None:
        self.expected = {one.reference: one for one in expected}
        self.lines = {one.line_id: one for one in lines}

    def without_prefixes(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates but those that are only the beginning of an investment's reference, read in the same text."""
        whole = [one.reference for one in candidates if one.reference in self.expected]
        return [
            one
            for one in candidates
            if not any(long != one.reference and long.startswith(one.reference) for long in whole)
        ]

    def first_place(self, candidates: Sequence[Candidate]) -> FoundIn | None:
        """Where an investment is named first."""
        return next((one.found_in for one in candidates if one.reference in self.expected), None)

    def named_at(self, place: FoundIn, candidates: Sequence[Candidate]) -> list[ExpectedRepayment]:
        """The investments that are named at a place."""
        return [
            self.expected[one.reference]
            for one in candidates
            if one.found_in is place and one.reference in self.expected
        ]

    def take(self, line: BankLine, line_id: UUID, repayment: ExpectedRepayment) -> None:
        """Remember a line that pays one back, which a later line may give back: the newest ones first."""
        taken = RepaidLine(
            line_id=line_id,
            territory=repayment.territory,
            disbursement_id=repayment.disbursement_id,
            amount_minor=line.amount_minor,
            currency=repayment.currency,
            end_to_end_id=line.end_to_end_id,
        )
        self.lines = {line_id: taken, **self.lines}

    def given_back_by(self, line: BankLine, candidates: Sequence[Candidate]) -> list[RepaidLine]:
        """The repayments that a return may give back: those with its EndToEndId, else those of the investment it names.

        Only what the bank says is a return: another debit may be ours, as of what was paid in excess, and that somebody
        paid with the same name means nothing.
        """
        same_id = [
            one
            for one in self.lines.values()
            if line.end_to_end_id is not None and one.end_to_end_id == line.end_to_end_id
        ]
        named = {
            self.expected[one.reference].disbursement_id
            for one in candidates
            if one.reference in self.expected
        }
        return same_id or [one for one in self.lines.values() if one.disbursement_id in named]

"""The running sums of a statement: its lines must lead from its opening to its closing balance."""

from services.pledges.domain.refusals import StatementDoesNotAddUp, StatementMovesTooMuch
from services.pledges.domain.statement import BankLine, Direction, StatementHeader, StatementTotals

LARGEST_SUM_MINOR = 10**15  # what `StatementImported` may say; a line's amount alone is always below


class Tally:
    """What a reader has seen of one statement so far."""

    def __init__(self, header: StatementHeader) -> None:
        self.header = header
        self.entries = self.ignored_entries = self.lines = 0
        self.credits_minor = self.debits_minor = 0

    def add(self, line: BankLine) -> None:
        self.lines += 1
        if line.direction is Direction.CREDIT:
            self.credits_minor += line.amount_minor
        else:
            self.debits_minor += line.amount_minor

    def close(self) -> StatementTotals:
        """The totals of a statement that adds up. Raises StatementDoesNotAddUp, StatementMovesTooMuch."""
        header, booked = self.header, self.credits_minor - self.debits_minor
        if max(self.credits_minor, self.debits_minor) > LARGEST_SUM_MINOR:
            raise StatementMovesTooMuch(statement_id=header.statement_id)
        if header.opening_minor + booked != header.closing_minor:
            raise StatementDoesNotAddUp(
                statement_id=header.statement_id,
                opening_minor=header.opening_minor,
                sum_minor=booked,
                closing_minor=header.closing_minor,
            )
        return StatementTotals(
            iban=header.iban,
            statement_id=header.statement_id,
            entries=self.entries,
            ignored_entries=self.ignored_entries,
            lines=self.lines,
            credits_minor=self.credits_minor,
            debits_minor=self.debits_minor,
        )

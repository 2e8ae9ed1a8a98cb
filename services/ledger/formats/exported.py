"""A line of the books as every export has it."""

from datetime import date
from typing import NamedTuple


class ExportedLine(NamedTuple):
    """One line of one entry. `amount_minor` is in minor units, a debit above zero."""

    territory: str
    journal: str
    entry_number: int
    entry_on: date
    value_on: date
    validated_on: date
    document: str
    label: str
    account: str
    fund: str
    instrument: str
    currency: str
    amount_minor: int

    @property
    def entry(self) -> tuple[str, str, int]:
        """What names its entry."""
        return self.territory, self.journal, self.entry_number


def decimal_text(amount_minor: int, *, exponent: int = 2, comma: str = ",") -> str:
    """An amount as text: `1234,56`; no sign of thousands, the minus first."""
    if exponent == 0:
        return str(amount_minor)
    whole, part = divmod(abs(amount_minor), 10**exponent)
    return f"{'-' if amount_minor < 0 else ''}{whole}{comma}{part:0{exponent}}"

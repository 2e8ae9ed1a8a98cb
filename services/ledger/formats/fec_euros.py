"""Lines in francs as the euros of a file that knows no other money.

A line's euros are those of its account after it less those before it. So each account is the converted sum of its
francs, never more than half a cent away, however many lines it has; and a year opens where the last one closed.
"""

from collections import Counter

from services.ledger.domain import chart
from services.ledger.formats.exported import ExportedLine
from shared.values import in_cents

ROUNDING_LOSS, ROUNDING_GAIN = "658000", "758000"
ROUNDING = {
    ROUNDING_LOSS: "Charges diverses, arrondis de conversion",
    ROUNDING_GAIN: "Produits divers, arrondis de conversion",
}
"""Accounts of that file only: the ledger itself converts nothing. A convention that an accountant must confirm."""


class Euros:
    """Converts the lines of one file, in their order: first what earlier years bring over."""

    def __init__(self) -> None:
        self._held: Counter[tuple[str, str, str]] = Counter()

    def cents(self, line: ExportedLine) -> int:
        """What a line is in cents: less than one cent away from its exact value."""
        if line.currency == "EUR":
            return line.amount_minor
        account = line.territory, line.account, line.currency
        before = self._held[account]
        self._held[account] += line.amount_minor
        return in_cents(before + line.amount_minor, line.currency) - in_cents(before, line.currency)


def rounding_of(last: ExportedLine, gap_cents: int, *, is_opening: bool) -> ExportedLine:
    """The line that ends an entry whose euros sum to `gap_cents`: results of earlier years are in 110000 already."""
    account = ROUNDING_GAIN if gap_cents > 0 else ROUNDING_LOSS
    return last._replace(
        account=chart.CARRIED_FORWARD if is_opening else account,
        label=f"{last.label}, arrondi de la conversion",
        currency="EUR",
        amount_minor=-gap_cents,
    )

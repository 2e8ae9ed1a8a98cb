"""The books for Beancount (v3): every account by territory, fund and instrument, every entry as a transaction.

Loaded there, balances are those of the ledger: another program's arithmetic, as an oracle.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby

from services.ledger.domain import chart
from services.ledger.formats.exported import ExportedLine, decimal_text
from shared.values import exponent_of, in_cents

_ROOTS = {
    "1": "Equity",
    "2": "Assets",
    "3": "Assets",
    "4": "Liabilities",
    "5": "Assets",
    "6": "Expenses",
    "7": "Income",
}
_OF_ACCOUNT = {
    chart.LOANS_RECEIVED: "Liabilities",
    chart.PARTICIPATING_TITLES: "Liabilities",
    chart.LIAISON: "Liabilities",
}
_UNFIT = re.compile(r"[^A-Za-z0-9-]")


def account_name(account: str, territory: str, fund: str, instrument: str) -> str:
    """`Income:C754110:T64:General:Gift`; memo accounts are under `Equity:Memo`."""
    is_memo = account[0] == chart.MEMO_CLASS
    root = "Equity:Memo" if is_memo else _OF_ACCOUNT.get(account) or _ROOTS[account[0]]
    return f"{root}:C{account}:T{territory}:{_component(fund)}:{_component(instrument)}"


class Beancount:
    """Writes entries as transactions; accounts are opened as they come, on the first day of all, with their label."""

    def __init__(self, *, opened_on: date, labels: Mapping[str, str]) -> None:
        self._opened_on = opened_on
        self._labels = labels
        self._known: set[str] = {"EUR"}

    def options(self) -> str:
        """What the file begins with."""
        return 'option "title" "Opération Milliard"\noption "operating_currency" "EUR"\n'

    def transactions(self, lines: Iterable[ExportedLine]) -> Iterator[str]:
        """Whole entries, whose lines follow one another."""
        for (territory, journal, number), entry in groupby(lines, key=lambda line: line.entry):
            posted = [
                (account_name(line.account, line.territory, line.fund, line.instrument), line)
                for line in entry
            ]
            for name, line in posted:
                if name not in self._known:
                    self._known.add(name)
                    label = _quoted(self._labels[line.account])
                    yield f'\n{self._opened_on} open {name}\n  label: "{label}"\n'
            first = posted[0][1]
            yield from self._new_money(line for _, line in posted)
            yield f'\n{first.entry_on} * "{journal}{territory} {number}" "{_quoted(first.label)}"\n'
            for name, line in posted:
                amount = decimal_text(line.amount_minor, exponent=exponent_of(line.currency), comma=".")
                yield f"  {name}  {amount} {line.currency}\n"

    def _new_money(self, lines: Iterable[ExportedLine]) -> Iterator[str]:
        """A currency on its first sight, with what a thousand of it are in euros: nothing is converted here."""
        for currency in dict.fromkeys(line.currency for line in lines):
            if currency not in self._known:
                self._known.add(currency)
                rate = Decimal(in_cents(1_000 * 10 ** exponent_of(currency), currency)).scaleb(-5)
                yield f"\n{self._opened_on} commodity {currency}\n{self._opened_on} price {currency} {rate} EUR\n"


def _component(name: str) -> str:
    """A part of an account's name: letters, digits and dashes, a capital first."""
    fit = _UNFIT.sub("-", name)
    return f"F{fit}" if not fit[:1].isalpha() else fit[0].upper() + fit[1:]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")

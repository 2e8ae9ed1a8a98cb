"""Funds as anybody may read them: their rules, and what has passed through each, over all territories.

What is in francs is in the figures in euros, by the fixed parity: each sum of a fund rounded once.
"""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from services.ledger.domain import chart
from services.ledger.domain.funds import GENERAL_FUND, FundRules, rules_in_force
from services.ledger.repository.funds import rules_of
from shared.database import Work
from shared.values import CENTS, in_cents

_KEPT = (*chart.RECEIVED.values(), chart.GIFTS_FOR_LOCAL_CURRENCY)


class FundFigures(NamedTuple):
    """In cents: what came, what it can still give, what it holds back, what is committed, what it has given."""

    received_minor: int = 0
    envelope_minor: int = 0
    reserved_minor: int = 0
    committed_minor: int = 0
    disbursed_minor: int = 0


class FundSheet(NamedTuple):
    """A fund with its rules. One that money named and that nobody added has its code for a name, and no purpose.

    `beside_rules` are the instruments with which it received money, though its rules do not take them.
    """

    code: str
    name: str
    purpose: str
    rules: FundRules | None
    coming: list[FundRules]
    figures: FundFigures
    beside_rules: list[str]

    @property
    def may_give(self) -> bool:
        """Whether it ever gives: what belongs to no fund waits, and needs no rules."""
        return self.code != GENERAL_FUND


async def funds_of(work: Work, *, on: date) -> list[FundSheet]:
    """Every fund that was added or that an entry names, in the order of their codes; rules as they are on a day."""
    found = await work.execute(
        "select fund, currency, account, instrument, sum(amount_minor)::bigint as amount_minor from balances"
        " where currency = any(cast(:currencies as text[])) group by fund, currency, account, instrument",
        currencies=list(CENTS),
    )
    held: dict[str, dict[str, dict[str, int]]] = defaultdict(
        lambda: {currency: defaultdict(int) for currency in CENTS}
    )
    instruments: dict[str, set[str]] = defaultdict(set)
    for fund, currency, account, instrument, amount_minor in found:
        held[fund][currency][account] += amount_minor
        if account in _KEPT and amount_minor:
            instruments[fund].add(instrument)
    known = {row.code: row for row in await work.execute("select code, name, purpose from funds")}
    rules = await rules_of(work)
    sheets = []
    for code in sorted(known.keys() | held.keys()):
        in_force = rules_in_force(rules.get(code, []), on=on)
        taken = in_force.instruments if in_force else ()
        sheets.append(
            FundSheet(
                code=code,
                name=known[code].name if code in known else code,
                purpose=known[code].purpose if code in known else "",
                rules=in_force,
                coming=[one for one in rules.get(code, []) if one.effective_on > on],
                figures=_in_euros(held[code]),
                beside_rules=sorted(instruments[code] - set(taken)) if in_force else [],
            )
        )
    return sheets


def _in_euros(held: dict[str, dict[str, int]]) -> FundFigures:
    """In cents, from what is held in each currency: each figure converted once."""
    by_currency = [
        [in_cents(amount, currency) for amount in _figures(of_it)] for currency, of_it in held.items()
    ]
    return FundFigures(*map(sum, zip(*by_currency, strict=True)))


def _figures(held: dict[str, int]) -> FundFigures:
    return FundFigures(
        received_minor=-sum(held[account] for account in _KEPT),
        envelope_minor=-sum(held[account] for account in chart.ENVELOPE),
        reserved_minor=held[chart.RESERVED],
        committed_minor=held[chart.COMMITTED],
        disbursed_minor=held[chart.GRANTS] + held[chart.INVESTMENTS],
    )

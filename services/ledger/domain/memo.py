"""Entries in memo accounts (class 8): promises, letters of intent, conditions, envelopes. No money moves in them."""

from datetime import date
from uuid import UUID

from services.ledger.domain import chart
from services.ledger.domain.chart import Journal
from services.ledger.domain.entries import Draft, Line

Moves = tuple[tuple[str, str], ...]
"""Pairs of accounts, the debited one first."""

PROMISED: Moves = ((chart.PROMISES, chart.PROMISES_CONTRA),)
INTENDED: Moves = ((chart.LETTERS_OF_INTENT, chart.LETTERS_OF_INTENT_CONTRA),)
PROMISED_AS_INTENDED: Moves = (*PROMISED, (chart.LETTERS_OF_INTENT_CONTRA, chart.LETTERS_OF_INTENT))
PROMISED_UNDER_CONDITION: Moves = ((chart.CONDITIONAL_PROMISES, chart.CONDITIONAL_PROMISES_CONTRA),)
TRIGGERED: Moves = (*PROMISED, (chart.CONDITIONAL_PROMISES_CONTRA, chart.CONDITIONAL_PROMISES))
RESERVED: Moves = ((chart.RESERVED, chart.ENVELOPE_CONTRA),)
COMMITTED: Moves = ((chart.COMMITTED, chart.RESERVED),)
RELEASED: Moves = ((chart.ENVELOPE_CONTRA, chart.RESERVED),)
SETTLED: Moves = ((chart.ENVELOPE_CONTRA, chart.COMMITTED),)


def memo_entry(
    moves: Moves, *, event_id: UUID, hashed: bytes, on: date, document: str, label: str, amount_minor: int, fund: str,
    currency: str, instrument: str,
) -> Draft:  # fmt: skip
    """The same amount from account to account; below zero, the reverse."""
    lines = []
    for debit, credit in moves:
        lines.append(Line(debit, amount_minor, fund, currency, instrument))
        lines.append(Line(credit, -amount_minor, fund, currency, instrument))
    return Draft(
        event_id=event_id,
        payload_hash=hashed,
        journal=Journal.COMMITMENTS,
        entry_on=on,
        value_on=on,
        document=document,
        label=label,
        lines=tuple(lines),
    )

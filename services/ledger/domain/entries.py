"""A journal entry before it is posted: lines that sum to zero in each currency, debits above zero."""

from collections.abc import Container
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.ledger.domain.chart import MEMO_CLASS, POSTED, Journal


class UnbalancedEntry(Exception):
    """Debits and credits of an entry differ, or memo and real accounts do not balance apart."""


class UnknownAccount(Exception):
    """An entry names an account that the chart does not have."""


class Line(NamedTuple):
    """One line: a debit when `amount_minor` is above zero, a credit below.

    Its order is the one of the canonical bytes. It and what follows are tuples: they are made millions of times.
    """

    account: str
    amount_minor: int
    fund: str
    currency: str = "EUR"
    instrument: str = "gift"


class BankProof(NamedTuple):
    """The line of a bank statement that an entry stands on, seen from the account: credits above zero.

    `statement_id` is None for an allocation (`line_id` is its id then): the movement is proved where it was suspended.
    """

    statement_id: UUID | None
    line_id: UUID
    movement_minor: int


class Draft(NamedTuple):
    """An entry to post. `event_id` and `journal` make it unique; `payload_hash` proves that a repeat says the same.

    `policy_id` is the local-currency policy by which a payment was split.
    """

    event_id: UUID
    payload_hash: bytes
    journal: Journal
    entry_on: date
    value_on: date
    document: str
    label: str
    lines: tuple[Line, ...]
    proof: BankProof | None = None
    policy_id: UUID | None = None

    def check(self, accounts: Container[str] = POSTED) -> None:
        """Raise UnbalancedEntry or UnknownAccount; a memo line never balances a real one.

        `accounts` are those that it may name: the flows' own, unless somebody typed them.
        """
        sums: dict[tuple[str, bool], int] = {}
        for line in self.lines:
            if line.account not in accounts:
                raise UnknownAccount(f"account {line.account} of entry {self.document} is not in the chart")
            side = line.currency, line.account[0] == MEMO_CLASS
            sums[side] = sums.get(side, 0) + line.amount_minor
        if len(self.lines) < 2 or any(sums.values()):
            raise UnbalancedEntry(f"entry {self.document} of event {self.event_id} does not balance: {sums}")

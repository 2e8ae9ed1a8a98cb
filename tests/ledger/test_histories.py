"""Random histories: the books in the database and an oracle in plain Python must agree at every step."""

import asyncio
from collections.abc import Coroutine
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from services.ledger.operations import disburse
from services.ledger.tables import LedgerTable
from shared.events import Heard
from shared.events.pledges import Direction, PaymentReceived
from shared.events.projects import DisbursementRequested
from shared.testing.harness import hear_again
from tests.ledger.books import (
    DAY,
    Books,
    debit,
    fee,
    payment,
    payment_back,
    pledge,
    request,
    statement,
    unexplained,
)
from tests.ledger.oracle import Oracle

Result = TypeVar("Result")
places = st.sampled_from(["64", "64", "64", "2A", "987"])
funds = st.sampled_from(["fonds-commun", "fonds-commun", "terres"])
amounts = st.integers(1, 100_000)
days = st.integers(0, 9).map(lambda number: DAY + timedelta(days=number))


class History(RuleBasedStateMachine):
    """Facts in any order. `books` and `loop` are set by the test that runs it."""

    books: Books
    loop: asyncio.AbstractEventLoop

    payments: Bundle[PaymentReceived] = Bundle("payments")
    reservations: Bundle[DisbursementRequested] = Bundle("reservations")
    commitments: Bundle[DisbursementRequested] = Bundle("commitments")

    def __init__(self) -> None:
        super().__init__()
        self.oracle = Oracle()
        self.heard: list[Heard[Any]] = []
        self.lines: list[Any] = []
        self.statement_id = uuid4()
        self.statements = 0
        self.closing = 0
        tables = ", ".join(LedgerTable.metadata.tables)
        self.run(self.books.as_owner(f"truncate {tables}"))
        self.run(self.books.guard())
        self.treasurers = [
            self.run(self.books.treasurer(place)) for place in ("64", "2A", "987") for _ in "12"
        ]

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=60)

    def hear(self, *events: Any) -> None:
        self.heard += self.run(self.books.hear(*events))
        self.lines += [event for event in events if hasattr(event, "line_id")]

    @rule(place=st.sampled_from(["00", "64", "2A"]), on=days, basis_points=st.integers(0, 10_000))
    def adopt(self, place: str, on: date, basis_points: int) -> None:
        if (place, on) not in self.oracle.policies:
            self.oracle.policies[place, on] = basis_points
            self.run(self.books.adopt(basis_points, on=on, territory=place))
            self.run(self.books.guard())

    @rule(place=places, amount=amounts)
    def promise(self, place: str, amount: int) -> None:
        self.oracle.promised[place] += amount
        self.hear(pledge(amount, territory=place))

    @rule(target=payments, place=places, fund=funds, amount=amounts, on=days)
    def receive(self, place: str, fund: str, amount: int, on: date) -> PaymentReceived:
        received = payment(amount, territory=place, fund=fund, booked_on=on, statement_id=self.statement_id)
        self.oracle.receive(received.line_id, territory=place, fund=fund, amount_minor=amount, on=on)
        self.hear(received)
        return received

    @rule(received=payments, part=st.floats(0.01, 1))
    def give_back(self, received: PaymentReceived, part: float) -> None:
        kept = self.oracle.received[received.line_id]
        left = kept.amount_minor - kept.returned_minor
        if left:
            amount = max(1, int(left * part))
            kept.returned_minor += amount
            self.hear(payment_back(received, amount, statement_id=self.statement_id))

    @rule(amount=amounts, direction=st.sampled_from(Direction))
    def suspend(self, amount: int, direction: Direction) -> None:
        self.oracle.suspended += amount if direction is Direction.CREDIT else -amount
        self.hear(unexplained(amount, direction, statement_id=self.statement_id))

    @rule(amount=amounts)
    def charge(self, amount: int) -> None:
        self.oracle.fees += amount
        self.hear(fee(amount, statement_id=self.statement_id))

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        if self.heard:
            self.run(hear_again(self.books.service, [data.draw(st.sampled_from(self.heard))]))

    @rule(opening=st.integers(-5_000, 5_000))
    def close_statement(self, opening: int) -> None:
        """The bank says what it held before and what these lines were; everything is there: it is proved."""
        if self.statements == 0:
            self.oracle.opening = self.closing = opening
        day = DAY + timedelta(days=self.statements)
        announced = statement(self.closing, self.lines, day=day, statement_id=self.statement_id)
        self.hear(announced)
        assert self.run(self.books.prove()) == 1
        self.closing = announced.closing_minor
        self.statements += 1
        self.lines, self.statement_id = [], uuid4()
        assert self.run(self.books.balances()).get("512100", 0) == self.closing

    @rule(
        target=reservations,
        place=places,
        fund=funds,
        percent=st.sampled_from([40, 100]),
        more=st.integers(0, 1),
    )
    def ask(self, place: str, fund: str, percent: int, more: int) -> DisbursementRequested:
        """Around what the envelope holds: a part of it, all of it, a cent too much."""
        amount = max(0, self.oracle.envelope(place, fund)) * percent // 100 + more or 1
        asked = request(amount, territory=place, fund=fund)
        is_covered = self.oracle.envelope(place, fund) >= amount
        if is_covered:
            self.oracle.held[place, fund] += amount
        self.hear(asked)
        assert self.state_of(asked.disbursement_id) == ("reserved" if is_covered else "refused")
        return asked

    @rule(target=commitments, asked=consumes(reservations))
    def commit(self, asked: DisbursementRequested) -> DisbursementRequested:
        if (
            self.state_of(asked.disbursement_id) == "reserved"
            and self.oracle.envelope(asked.territory, asked.fund) >= 0
        ):
            self.run(self.order_and_confirm(asked))
        return asked

    @rule(asked=consumes(commitments))
    def debit(self, asked: DisbursementRequested) -> None:
        if self.state_of(asked.disbursement_id) == "committed":
            place = asked.territory, asked.fund
            self.oracle.held[place] -= asked.amount_minor
            self.oracle.disbursed[place] += asked.amount_minor
            self.hear(debit(asked, statement_id=self.statement_id))

    async def order_and_confirm(self, asked: DisbursementRequested) -> None:
        first, second = [
            who for who, place in self.books.grants if place == asked.territory and who in self.treasurers
        ]
        named = {"territory": asked.territory, "disbursement_id": asked.disbursement_id}
        async with self.books.service.database.begin() as work:
            ordered = await disburse.order(work, by=first, **named)
            await disburse.confirm(work, by=second, order_hash=ordered.order_hash, **named)

    def state_of(self, disbursement_id: UUID) -> str:
        [(state,)] = self.run(
            self.books.rows("select state from disbursements where disbursement_id = :id", id=disbursement_id)
        )
        return str(state)

    @invariant()
    def figures_agree(self) -> None:
        for place in ("64", "2A", "987"):
            assert self.run(self.books.figures(place)) == self.oracle.figures(place)

    @invariant()
    def the_books_balance(self) -> None:
        balances = self.run(self.books.balances())
        assert sum(balances.values()) == 0
        assert balances.get("512100", 0) == self.oracle.bank
        assert balances.get("471000", 0) == -self.oracle.suspended

    def teardown(self) -> None:
        assert self.run(self.books.problems()) == []


async def test_books_and_oracle_agree_over_random_histories(books: Books) -> None:
    """Promises, payments, returns, suspense, fees, shares, statements and disbursements, with repeats."""
    History.books, History.loop = books, asyncio.get_running_loop()
    await asyncio.to_thread(
        run_state_machine_as_test,
        History,
        settings=settings(
            max_examples=10, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

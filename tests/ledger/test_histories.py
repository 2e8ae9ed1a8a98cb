"""Random histories: the books in the database and an oracle in plain Python must agree at every step."""

import asyncio
from collections.abc import Callable, Coroutine
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
from services.ledger.operations.close_period import close_period
from services.ledger.tables import LedgerTable
from shared.events import Heard
from shared.events.pledges import (
    BankLineEvent,
    Direction,
    PaymentAllocated,
    PaymentReceived,
    PaymentSuspended,
    PledgeMade,
)
from shared.events.projects import DisbursementRequested
from shared.testing.harness import hear_again
from tests.ledger.books import (
    DAY,
    Books,
    allocation,
    allocation_undone,
    debit,
    fee,
    lapsed,
    letter,
    made_firm,
    met,
    payment,
    payment_back,
    pledge,
    pledge_cancelled,
    pledge_changed,
    pledge_expired,
    request,
    statement,
    trigger_reversed,
    triggered,
    unexplained,
)
from tests.ledger.oracle import Conditional, Oracle

Result = TypeVar("Result")
places = st.sampled_from(["64", "64", "64", "2A", "987"])
funds = st.sampled_from(["fonds-commun", "fonds-commun", "terres"])
instruments = st.sampled_from(["gift", "gift", "loan", "cooperative_share"])
amounts = st.integers(1, 100_000)
days = st.integers(0, 9).map(lambda number: DAY + timedelta(days=number))


class History(RuleBasedStateMachine):
    """Facts in any order. `books` and `loop` are set by the test that runs it."""

    books: Books
    loop: asyncio.AbstractEventLoop

    letters: Bundle[PledgeMade] = Bundle("letters")
    promises: Bundle[PledgeMade] = Bundle("promises")
    conditional: Bundle[PledgeMade] = Bundle("conditional")
    payments: Bundle[PaymentReceived] = Bundle("payments")
    suspense: Bundle[PaymentSuspended] = Bundle("suspense")
    allocations: Bundle[PaymentAllocated] = Bundle("allocations")
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
        aside, back = (
            [f"alter table {table} {done} trigger user" for table in LedgerTable.metadata.tables]
            for done in ("disable", "enable")
        )
        self.run(self.books.as_owner(*aside, f"truncate {tables}", *back))
        self.run(self.books.guard())
        self.closed: dict[date, list[Any]] = {}
        self.national = self.run(self.books.treasurer("00"))
        self.treasurers = [
            self.run(self.books.treasurer(place)) for place in ("64", "2A", "987") for _ in "12"
        ]

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=60)

    def hear(self, *events: Any) -> None:
        self.heard += self.run(self.books.hear(*events))
        self.lines += [event for event in events if isinstance(event, BankLineEvent)]

    @rule(place=st.sampled_from(["00", "64", "2A"]), on=days, basis_points=st.integers(0, 10_000))
    def adopt(self, place: str, on: date, basis_points: int) -> None:
        if (place, on) not in self.oracle.policies:
            self.oracle.policies[place, on] = basis_points
            self.run(self.books.adopt(basis_points, on=on, territory=place))
            self.run(self.books.guard())

    @rule(target=promises, place=places, amount=amounts, instrument=instruments)
    def promise(self, place: str, amount: int, instrument: str) -> PledgeMade:
        made = pledge(amount, territory=place, instrument=instrument)
        self.oracle.promised[made.pledge_id] = (place, amount)
        self.hear(made)
        return made

    @rule(made=promises, amount=amounts)
    def change_promise(self, made: PledgeMade, amount: int) -> None:
        """To any amount, also from nothing (it was cancelled) and to the one that it has."""
        place, before = self.oracle.promised[made.pledge_id]
        self.oracle.promised[made.pledge_id] = (place, amount)
        self.hear(pledge_changed(made, before, amount), pledge_changed(made, amount, amount))

    @rule(made=promises, part=st.floats(0, 1), end=st.sampled_from([pledge_cancelled, pledge_expired]))
    def end_promise(self, made: PledgeMade, part: float, end: Callable[[PledgeMade, int], Any]) -> None:
        """What had not come is released: all of it, a part, nothing."""
        place, before = self.oracle.promised[made.pledge_id]
        released = int(before * part)
        self.oracle.promised[made.pledge_id] = (place, before - released)
        self.hear(end(made, released))

    @rule(target=letters, place=places, fund=funds, amount=amounts, instrument=instruments)
    def intend(self, place: str, fund: str, amount: int, instrument: str) -> PledgeMade:
        self.oracle.intended[place] += amount
        intended = letter(amount, territory=place, fund=fund, instrument=instrument)
        self.hear(intended)
        return intended

    @rule(intended=consumes(letters), commitment=st.sampled_from(["promise", "signed"]))
    def make_firm(self, intended: PledgeMade, commitment: str) -> None:
        self.oracle.intended[intended.territory] -= intended.amount_minor
        self.oracle.promised[intended.pledge_id] = (intended.territory, intended.amount_minor)
        self.hear(made_firm(intended, commitment))

    @rule(target=conditional, place=places, fund=funds, amount=amounts)
    def promise_under_a_condition(self, place: str, fund: str, amount: int) -> PledgeMade:
        promised = pledge(amount, territory=place, fund=fund, is_conditional=True)
        self.oracle.conditional[promised.pledge_id] = Conditional(place, amount)
        self.hear(promised)
        return promised

    @rule(promised=conditional, part=st.floats(0.01, 1), is_threshold=st.booleans())
    def trigger(self, promised: PledgeMade, part: float, is_threshold: bool) -> None:
        kept = self.oracle.conditional[promised.pledge_id]
        if kept.waiting_minor:
            amount = kept.waiting_minor if is_threshold else max(1, int(kept.waiting_minor * part))
            kept.triggered_minor += amount
            self.hear(met(promised, amount) if is_threshold else triggered(promised, amount))

    @rule(promised=conditional, part=st.floats(0.01, 1))
    def take_trigger_back(self, promised: PledgeMade, part: float) -> None:
        kept = self.oracle.conditional[promised.pledge_id]
        if kept.triggered_minor:
            amount = max(1, int(kept.triggered_minor * part))
            kept.triggered_minor -= amount
            self.hear(trigger_reversed(promised, amount))

    @rule(promised=conditional)
    def lapse(self, promised: PledgeMade) -> None:
        kept = self.oracle.conditional[promised.pledge_id]
        if amount := kept.waiting_minor:
            kept.lapsed_minor += amount
            self.hear(lapsed(promised, amount))

    @rule(target=payments, place=places, fund=funds, amount=amounts, on=days, instrument=instruments)
    def receive(self, place: str, fund: str, amount: int, on: date, instrument: str) -> PaymentReceived:
        said = {"territory": place, "fund": fund, "instrument": instrument}
        received = payment(amount, booked_on=on, statement_id=self.statement_id, **said)
        self.oracle.receive(received.line_id, amount_minor=amount, on=on, **said)
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

    @rule(amount=amounts)
    def suspend_debit(self, amount: int) -> None:
        self.oracle.suspended -= amount
        self.hear(unexplained(amount, Direction.DEBIT, statement_id=self.statement_id))

    @rule(target=suspense, amount=amounts, on=days)
    def suspend(self, amount: int, on: date) -> PaymentSuspended:
        self.oracle.suspended += amount
        suspended = unexplained(amount, statement_id=self.statement_id, booked_on=on)
        self.hear(suspended)
        return suspended

    @rule(
        target=allocations,
        suspended=consumes(suspense),
        place=places,
        fund=funds,
        part=st.floats(0.01, 1),
        instrument=instruments,
    )
    def allocate(
        self, suspended: PaymentSuspended, place: str, fund: str, part: float, instrument: str
    ) -> PaymentAllocated:
        amount = max(1, int(suspended.amount_minor * part))
        said = {"territory": place, "fund": fund, "instrument": instrument}
        cleared, received = allocation(suspended, amount, **said)
        self.oracle.suspended -= amount
        self.oracle.receive(received.allocation_id, amount_minor=amount, on=received.booked_on, **said)
        self.hear(cleared, received)
        return received

    @rule(received=allocations, part=st.floats(0.01, 1))
    def give_back_allocated(self, received: PaymentAllocated, part: float) -> None:
        kept = self.oracle.received[received.allocation_id]
        if left := kept.amount_minor - kept.returned_minor:
            amount = max(1, int(left * part))
            kept.returned_minor += amount
            self.hear(
                payment_back(
                    received, amount, received_line_id=received.allocation_id, statement_id=self.statement_id
                )
            )

    @rule(received=consumes(allocations))
    def undo(self, received: PaymentAllocated) -> None:
        kept = self.oracle.received[received.allocation_id]
        if not kept.returned_minor:
            kept.returned_minor = kept.amount_minor
            self.oracle.suspended += kept.amount_minor
            self.hear(*allocation_undone(received))

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

    @rule(on=days)
    def close_period(self, on: date) -> None:
        """What is closed is as it was from then on."""
        if on > max(self.closed, default=date.min):
            self.run(self.close(on))
            self.closed[on] = self.run(self.moved_by(on))

    async def close(self, on: date) -> None:
        async with self.books.service.database.begin() as work:
            await close_period(work, through=on, decision_reference="AG", by=self.national)

    async def moved_by(self, day: date) -> list[Any]:
        """What every account had moved by the end of a day."""
        return await self.books.rows(
            "select territory, account, sum(debit_minor), sum(credit_minor) from daily_movements"
            " where entry_on <= :day group by territory, account order by territory, account",
            day=day,
        )

    @invariant()
    def closed_periods_stay(self) -> None:
        for day, moved in self.closed.items():
            assert self.run(self.moved_by(day)) == moved

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
            assert self.run(self.books.balances(place)).get("802200", 0) == self.oracle.intended[place]

    @invariant()
    def the_books_balance(self) -> None:
        balances = self.run(self.books.balances())
        assert sum(balances.values()) == 0
        assert balances.get("512100", 0) == self.oracle.bank
        assert balances.get("471000", 0) == -self.oracle.suspended
        assert balances.get("802300", 0) == self.oracle.waiting

    def teardown(self) -> None:
        assert self.run(self.books.problems()) == []


async def test_books_and_oracle_agree_over_random_histories(books: Books) -> None:
    """Promises, letters of intent, payments, returns, suspense, fees, shares, statements, disbursements and repeats."""
    History.books, History.loop = books, asyncio.get_running_loop()
    await asyncio.to_thread(
        run_state_machine_as_test,
        History,
        settings=settings(
            max_examples=10, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

"""Random histories: the books in the database and an oracle in plain Python must agree at every step."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from services.ledger.domain.conversion import ConversionRefused, UnitsReceived
from services.ledger.domain.correction import Correction, CorrectionRefused
from services.ledger.domain.entries import Line
from services.ledger.domain.envelope_share import ShareExceedsEnvelope
from services.ledger.domain.instalments import Computation
from services.ledger.operations import (
    convert,
    correct,
    disburse,
    follow_conversion,
    schedule_repayments,
    share_envelope,
)
from services.ledger.operations.close_period import close_period
from services.ledger.queries.progress import Figures, figures_of
from services.ledger.tables import LedgerTable
from shared.database import Work
from shared.events import Heard
from shared.events.pledges import (
    BankLineEvent,
    ConversionDebited,
    Direction,
    PaymentAllocated,
    PaymentReceived,
    PaymentSuspended,
    PledgeMade,
    RepaymentReceived,
)
from shared.events.projects import DisbursementRequested, Family
from shared.testing.harness import hear_again
from tests.fuzzing import fuzzed
from tests.ledger.books import (
    DAY,
    Books,
    allocation,
    allocation_undone,
    debit,
    fee,
    lapsed,
    letter,
    line,
    made_firm,
    met,
    payment,
    payment_back,
    pledge,
    pledge_cancelled,
    pledge_changed,
    pledge_expired,
    repayment,
    repayment_back,
    request,
    statement,
    trigger_reversed,
    triggered,
    unexplained,
)
from tests.ledger.mlc import EUSKO, PROOF, Mlc
from tests.ledger.oracle import CORRECTABLE, Conditional, Oracle, Place

Result = TypeVar("Result")
territories = st.sampled_from(["64", "64", "2A", "987"])
places = st.sampled_from(
    [Place("64", "EUR"), Place("64", "EUR"), Place("2A", "EUR"), Place("987", "XPF"), Place("987", "XPF"),
     Place("987", "EUR")]
)  # fmt: skip
funds = st.sampled_from(["fonds-commun", "fonds-commun", "terres"])
instruments = st.sampled_from(["gift", "gift", "loan", "cooperative_share"])
rights = st.tuples(st.sampled_from(["fund", "account", "split"]), funds, st.sampled_from(CORRECTABLE))
endings = st.sampled_from(["confirmed", "confirmed", "confirmed", "later", "later", "cancelled"])
of_entries = st.tuples(
    st.sampled_from(["64", "64", "987", "00"]),
    st.sampled_from([False] * 9 + [True]),
    st.floats(0, 1),
    rights,
    endings,
)
amounts = st.one_of(st.integers(1, 20), st.integers(1, 100_000))
currencies = st.sampled_from(["EUR", "EUR", "XPF"])
days = st.integers(0, 9).map(lambda number: DAY + timedelta(days=number))


SOWN = {"accounts", "account_changes", "funds", "fund_rules"}
"""What a migration fills."""

MOVED = {*CORRECTABLE, "512100", "181000", "754190"}
"""Accounts whose lines a correction may move to another fund."""

GIVEN = ("657100", "274000")
"""What a fund gives: a correction changes neither its sum nor whether it left."""


def place_of(event: Any) -> Place:
    return Place(event.territory, event.currency)


def changed(lines: list[Line], change: str, fund: str, account: str) -> list[Line]:
    """Lines that may stand in place of these: in another fund, on another account, or in part on another.

    The local-currency share stays in its fund.
    """
    if change == "fund":
        return [
            line if line.account == "754190" else line._replace(fund=fund if line.fund != fund else "terres")
            for line in lines
        ]
    found: list[Line] = []
    for one in lines:
        part = one.amount_minor // 3 if change == "split" else one.amount_minor
        if one.account in CORRECTABLE:
            other = account if one.account != account else "167100"
            rest = [one._replace(amount_minor=one.amount_minor - part)] if part != one.amount_minor else []
            found += rest + ([one._replace(amount_minor=part, account=other)] if part else [])
        else:
            found.append(one)
    return found


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
    corrections: Bundle[tuple[Correction, list[Line]]] = Bundle("corrections")
    investments: Bundle[DisbursementRequested] = Bundle("investments")
    repayments: Bundle[tuple[RepaymentReceived, str, int]] = Bundle("repayments")

    def __init__(self) -> None:
        super().__init__()
        self.oracle = Oracle()
        self.heard: list[Heard[Any]] = []
        self.lines: dict[str, list[Any]] = {"EUR": [], "XPF": []}
        self.statement_ids = {"EUR": uuid4(), "XPF": uuid4()}
        self.statements: Counter[str] = Counter()
        self.closing: Counter[str] = Counter()
        self.corrected: set[tuple[str, int]] = set()
        self.stands_otherwise: set[UUID] = set()
        tables = ", ".join(LedgerTable.metadata.tables.keys() - SOWN)
        aside, back = (
            [f"alter table {table} {done} trigger user" for table in LedgerTable.metadata.tables]
            for done in ("disable", "enable")
        )
        self.run(self.books.as_owner(*aside, f"truncate {tables}", *back))
        self.run(self.books.add_fund("terres"))
        self.run(self.books.guard())
        self.closed: tuple[date, list[Any]] = (date.min, [])
        self.treasurers = {
            territory: [self.run(self.books.treasurer(territory)) for _ in "12"]
            for territory in ("00", "64", "2A", "987")
        }
        mlc = Mlc(books=self.books, national=self.treasurers["00"][0])
        assert self.run(mlc.register()).status_code == 201
        assert self.run(mlc.list("perimeter", "64102\n2A004\n98735")).status_code == 200

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=60)

    def hear(self, *events: Any) -> None:
        self.heard += self.run(self.books.hear(*events))
        for event in events:
            if isinstance(event, BankLineEvent):
                self.lines[event.currency].append(event)

    def at(self, place: Place) -> dict[str, Any]:
        """What a bank line says of its place."""
        return {**place._asdict(), "statement_id": self.statement_ids[place.currency]}

    @rule(place=st.sampled_from(["00", "64", "2A"]), on=days, basis_points=st.integers(0, 10_000))
    def adopt(self, place: str, on: date, basis_points: int) -> None:
        if (place, on) not in self.oracle.policies:
            self.oracle.policies[place, on] = basis_points
            self.run(self.books.adopt(basis_points, on=on, territory=place))
            self.run(self.books.guard())

    @rule(target=promises, place=places, amount=amounts, instrument=instruments)
    def promise(self, place: Place, amount: int, instrument: str) -> PledgeMade:
        made = pledge(amount, **place._asdict(), instrument=instrument)
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
    def intend(self, place: Place, fund: str, amount: int, instrument: str) -> PledgeMade:
        self.oracle.intended[place] += amount
        intended = letter(amount, **place._asdict(), fund=fund, instrument=instrument)
        self.hear(intended)
        return intended

    @rule(intended=consumes(letters), commitment=st.sampled_from(["promise", "signed"]))
    def make_firm(self, intended: PledgeMade, commitment: str) -> None:
        place = place_of(intended)
        self.oracle.intended[place] -= intended.amount_minor
        self.oracle.promised[intended.pledge_id] = (place, intended.amount_minor)
        self.hear(made_firm(intended, commitment))

    @rule(target=conditional, place=places, fund=funds, amount=amounts)
    def promise_under_a_condition(self, place: Place, fund: str, amount: int) -> PledgeMade:
        promised = pledge(amount, **place._asdict(), fund=fund, is_conditional=True)
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
    def receive(self, place: Place, fund: str, amount: int, on: date, instrument: str) -> PaymentReceived:
        return self.pay(place, fund, amount, on, instrument)

    def pay(self, place: Place, fund: str, amount: int, on: date, instrument: str) -> PaymentReceived:
        said = {"fund": fund, "instrument": instrument}
        received = payment(amount, booked_on=on, **self.at(place), **said)
        self.oracle.receive(received.line_id, place, amount_minor=amount, on=on, **said)
        self.hear(received)
        return received

    @rule(received=payments, part=st.floats(0.01, 1))
    def give_back(self, received: PaymentReceived, part: float) -> None:
        """What stands in a corrected payment's place goes back otherwise: `test_correct` has it."""
        kept = self.oracle.received[received.line_id]
        left = kept.amount_minor - kept.returned_minor
        if left and received.line_id not in self.stands_otherwise:
            amount = max(1, int(left * part))
            kept.returned_minor += amount
            self.hear(payment_back(received, amount, **self.at(kept.place)))

    @rule(amount=amounts, currency=currencies)
    def suspend_debit(self, amount: int, currency: str) -> None:
        self.oracle.suspended[currency] -= amount
        self.hear(unexplained(amount, Direction.DEBIT, **self.at(Place("00", currency))))

    @rule(target=suspense, amount=amounts, on=days, currency=currencies)
    def suspend(self, amount: int, on: date, currency: str) -> PaymentSuspended:
        self.oracle.suspended[currency] += amount
        suspended = unexplained(amount, **self.at(Place("00", currency)), booked_on=on)
        self.hear(suspended)
        return suspended

    @rule(
        target=allocations,
        suspended=consumes(suspense),
        territory=territories,
        fund=funds,
        part=st.floats(0.01, 1),
        instrument=instruments,
    )
    def allocate(
        self, suspended: PaymentSuspended, territory: str, fund: str, part: float, instrument: str
    ) -> PaymentAllocated:
        amount = max(1, int(suspended.amount_minor * part))
        said = {"fund": fund, "instrument": instrument}
        cleared, received = allocation(suspended, amount, territory=territory, **said)
        self.oracle.suspended[suspended.currency] -= amount
        place, on = place_of(received), received.booked_on
        self.oracle.receive(received.allocation_id, place, amount_minor=amount, on=on, **said)
        self.hear(cleared, received)
        return received

    @rule(received=allocations, part=st.floats(0.01, 1))
    def give_back_allocated(self, received: PaymentAllocated, part: float) -> None:
        kept = self.oracle.received[received.allocation_id]
        left = kept.amount_minor - kept.returned_minor
        if left and received.allocation_id not in self.stands_otherwise:
            amount = max(1, int(left * part))
            kept.returned_minor += amount
            said = {"received_line_id": received.allocation_id, **self.at(kept.place)}
            self.hear(payment_back(received, amount, **said))

    @rule(received=consumes(allocations))
    def undo(self, received: PaymentAllocated) -> None:
        kept = self.oracle.received[received.allocation_id]
        if not kept.returned_minor and received.allocation_id not in self.stands_otherwise:
            kept.returned_minor = kept.amount_minor
            self.oracle.suspended[kept.place.currency] += kept.amount_minor
            self.hear(*allocation_undone(received))

    @rule(amount=amounts, currency=currencies)
    def charge(self, amount: int, currency: str) -> None:
        self.oracle.fees[currency] += amount
        self.hear(fee(amount, **self.at(Place("00", currency))))

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        if self.heard:
            self.run(hear_again(self.books.service, [data.draw(st.sampled_from(self.heard))]))

    @rule(opening=st.integers(-5_000, 5_000), currency=currencies)
    def close_statement(self, opening: int, currency: str) -> None:
        """The bank says what it held before and what these lines were; everything is there: it is proved."""
        if self.statements[currency] == 0:
            self.oracle.opening[currency] = self.closing[currency] = opening
        announced = statement(
            self.closing[currency],
            self.lines[currency],
            day=DAY + timedelta(days=self.statements[currency]),
            statement_id=self.statement_ids[currency],
            account=f"{currency}..0189",
            currency=currency,
        )
        self.hear(announced)
        assert self.run(self.books.prove()) == 1
        self.closing[currency] = announced.closing_minor
        self.statements[currency] += 1
        self.lines[currency], self.statement_ids[currency] = [], uuid4()
        assert self.oracle.bank(currency) == announced.closing_minor

    @rule(
        target=reservations,
        place=places,
        fund=funds,
        percent=st.sampled_from([40, 100]),
        more=st.integers(0, 1),
    )
    def ask(self, place: Place, fund: str, percent: int, more: int) -> DisbursementRequested:
        """Around what the envelope holds: a part of it, all of it, a cent too much."""
        amount = max(0, self.oracle.envelope(place, fund)) * percent // 100 + more or 1
        asked = request(amount, **place._asdict(), fund=fund)
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
            and self.oracle.envelope(place_of(asked), asked.fund) >= 0
        ):
            self.run(self.order_and_confirm(asked))
        return asked

    @rule(asked=consumes(commitments))
    def debit(self, asked: DisbursementRequested) -> None:
        if self.state_of(asked.disbursement_id) == "committed":
            self.debit_of(asked)

    @rule(
        giver=places,
        receiver=territories,
        fund=funds,
        percent=st.sampled_from([30, 100]),
        more=st.integers(0, 1),
    )
    def share(self, giver: Place, receiver: str, fund: str, percent: int, more: int) -> None:
        """Around what the envelope holds, as for a request."""
        held = self.oracle.envelope(giver, fund)
        amount = max(0, held) * percent // 100 + more
        if amount and giver.territory != receiver:
            assert self.run(self.share_and_confirm(giver, receiver, fund, amount)) is (held >= amount)
            if held >= amount:
                self.oracle.shared[giver, fund] -= amount
                self.oracle.shared[giver._replace(territory=receiver), fund] += amount

    @rule(
        target=investments,
        place=places,
        fund=funds,
        gift=amounts,
        parts=st.integers(1, 12),
        basis_points=st.sampled_from([0, 250]),
    )
    def lend(self, place: Place, fund: str, gift: int, parts: int, basis_points: int) -> Any:
        """Half of what the envelope holds after a gift, as far as the bank and a schedule."""
        self.pay(place, fund, gift, DAY, "gift")
        if (amount := self.oracle.envelope(place, fund) // 2) <= 0:
            return multiple()
        asked = request(amount, **place._asdict(), fund=fund, family=Family.INVESTMENT)
        self.oracle.held[place, fund] += amount
        self.hear(asked)
        self.run(self.order_and_confirm(asked))
        self.debit_of(asked)
        self.run(self.schedule_and_confirm(asked, Computation(min(parts, amount), 3, DAY, basis_points)))
        return asked

    @rule(target=repayments, asked=investments, part=st.floats(0.01, 1.2))
    def repay(self, asked: DisbursementRequested, part: float) -> tuple[RepaymentReceived, str, int]:
        """Any part, and more than is owed; what exceeds it is in suspense."""
        place = place_of(asked)
        came = repayment(asked, max(1, int(asked.amount_minor * part)), **self.at(place))
        before = self.run(self.in_suspense(place))
        self.hear(came)
        excess = before - self.run(self.in_suspense(place))
        self.oracle.repaid[place, asked.fund] += came.amount_minor - excess
        self.oracle.repaid_too_much[place.currency] += excess
        return came, asked.fund, excess

    @rule(repaid=consumes(repayments))
    def take_repayment_back(self, repaid: tuple[RepaymentReceived, str, int]) -> None:
        came, fund, excess = repaid
        place = place_of(came)
        self.hear(repayment_back(came, **self.at(place)))
        self.oracle.repaid[place, fund] -= came.amount_minor - excess
        self.oracle.repaid_too_much[place.currency] -= excess

    @rule(
        territory=st.sampled_from(["64", "2A", "987"]),
        fund=funds,
        percent=st.sampled_from([40, 100]),
        more=st.integers(0, 1),
    )
    def convert(self, territory: str, fund: str, percent: int, more: int) -> None:
        """Around what is to convert: a part of it, all of it, a cent too much; to the units that come for it."""
        place = Place(territory, "EUR")
        left = self.oracle.to_convert(place, fund)
        amount = max(0, left) * percent // 100 + more or 1
        conversion_id = uuid4()
        try:
            self.run(self.commit_conversion(conversion_id, territory, fund, amount))
        except ConversionRefused:
            assert amount > left
            return
        assert amount <= left
        self.oracle.converted[place, fund] += amount
        self.hear(
            ConversionDebited(
                conversion_id=conversion_id,
                end_to_end_id="MLC",
                **line(amount, **self.at(place)),
            )
        )
        self.run(self.take_units(conversion_id, territory, amount))

    async def commit_conversion(self, conversion_id: UUID, territory: str, fund: str, amount: int) -> None:
        first, second = self.treasurers[territory]
        named = {"territory": territory, "conversion_id": conversion_id}
        async with self.books.service.database.begin() as work:
            ordered = await convert.order_conversion(
                work, fund=fund, local_currency=EUSKO, amount_minor=amount, by=first, **named
            )
            await convert.confirm_conversion(work, by=second, order_hash=ordered.order_hash, **named)

    async def take_units(self, conversion_id: UUID, territory: str, amount: int) -> None:
        async with self.books.service.database.begin() as work:
            await follow_conversion.record_units(
                work,
                territory=territory,
                conversion_id=conversion_id,
                received=UnitsReceived(amount, DAY, "R", PROOF),
                by=self.treasurers[territory][0],
            )

    @rule(on=days)
    def close_period(self, on: date) -> None:
        """What is closed is as it was from then on."""
        if on > self.closed[0]:
            self.closed = (on, self.run(self.close(on)))

    async def close(self, on: date) -> list[Any]:
        async with self.books.service.database.begin() as work:
            await close_period(work, through=on, decision_reference="AG", by=self.treasurers["00"][0])
            return await self.moved_by(work, on)

    async def moved_by(self, work: Work, day: date) -> list[Any]:
        """What every account had moved on each day up to one."""
        found = await work.execute(
            "select * from daily_movements where entry_on <= :day"
            " order by territory, entry_on, account, fund, instrument, currency",
            day=day,
        )
        return list(found.all())

    def debit_of(self, asked: DisbursementRequested) -> None:
        place = place_of(asked)
        self.oracle.held[place, asked.fund] -= asked.amount_minor
        self.oracle.disbursed[place, asked.fund] += asked.amount_minor
        self.hear(debit(asked, **self.at(place)))

    async def in_suspense(self, place: Place) -> int:
        [(amount,)] = await self.books.rows(
            "select coalesce(sum(amount_minor), 0)::bigint from balances"
            " where territory = :territory and currency = :currency and account = '471000'",
            **place._asdict(),
        )
        return int(amount)

    async def share_and_confirm(self, giver: Place, receiver: str, fund: str, amount: int) -> bool:
        """Whether the envelope held it."""
        first, second = self.treasurers[giver.territory]
        async with self.books.service.database.begin() as work:
            ordered = await share_envelope.order_share(
                work,
                **giver._asdict(),
                receiver=receiver,
                fund=fund,
                amount_minor=amount,
                decision_reference="AG",
                by=first,
            )
        named = {"territory": giver.territory, "share_id": ordered.share_id}
        try:
            async with self.books.service.database.begin() as work:
                await share_envelope.confirm_share(work, by=second, order_hash=ordered.order_hash, **named)
        except ShareExceedsEnvelope:
            async with self.books.service.database.begin() as work:
                await share_envelope.cancel_share(work, by=second, **named)
            return False
        return True

    async def schedule_and_confirm(self, asked: DisbursementRequested, wanted: Computation) -> None:
        first, second = self.treasurers[asked.territory]
        async with self.books.service.database.begin() as work:
            ordered = await schedule_repayments.order_schedule(
                work,
                territory=asked.territory,
                disbursement_id=asked.disbursement_id,
                wanted=wanted,
                decision_reference="Contrat",
                by=first,
            )
            await schedule_repayments.confirm_schedule(
                work,
                territory=asked.territory,
                schedule_id=ordered.schedule_id,
                by=second,
                order_hash=ordered.order_hash,
            )

    async def order_and_confirm(self, asked: DisbursementRequested) -> None:
        first, second = self.treasurers[asked.territory]
        named = {"territory": asked.territory, "disbursement_id": asked.disbursement_id}
        async with self.books.service.database.begin() as work:
            ordered = await disburse.order(work, by=first, **named)
            await disburse.confirm(work, by=second, order_hash=ordered.order_hash, **named)

    def state_of(self, disbursement_id: UUID) -> str:
        [(state,)] = self.run(
            self.books.rows("select state from disbursements where disbursement_id = :id", id=disbursement_id)
        )
        return str(state)

    @rule(target=corrections, entries=st.lists(of_entries, min_size=2, max_size=6))
    def correct_entries(self, entries: list[tuple[str, bool, float, tuple[str, str, str], str]]) -> Any:
        """Of any kind: a return, a fee, a debit, what is right; promises and contra-entries are refused."""
        waiting = []
        for territory, is_promised, which, right, ending in entries:
            found = self.run(
                self.books.rows(
                    "select seq from journal_entries where territory = :territory"
                    " and (journal = 'ENG') = :is_promised order by seq",
                    territory=territory,
                    is_promised=is_promised,
                )
            )
            if found:
                seq = found[int(which * (len(found) - 1))].seq
                waiting += self.correct(territory, seq, right, ending)
        return multiple(*waiting)

    @rule(target=corrections, received=payments, right=rights, ending=endings)
    def correct_receipt(self, received: PaymentReceived, right: tuple[str, str, str], ending: str) -> Any:
        """Whatever went back of it, or goes back later; also in a closed period."""
        [(seq,)] = self.run(
            self.books.rows(
                "select seq from journal_entries where line_id = :id and journal = 'COL'", id=received.line_id
            )
        )
        return multiple(*self.correct(received.territory, seq, right, ending))

    def correct(
        self, territory: str, seq: int, right: tuple[str, str, str], ending: str
    ) -> list[tuple[Correction, list[Line]]]:
        """Order it; then confirm it, give it up, or leave it for later: then it is in the list."""
        wrong = self.run(self.lines_of(territory, seq))
        lines = changed(wrong, *right)
        is_refused = (
            Counter(lines) == Counter(wrong)
            or any(line.account.startswith("8") for line in wrong)
            or (territory, seq) in self.corrected
            or self.run(self.is_said_elsewhere(territory, seq))
            or sum(one.amount_minor for one in lines if one.account in GIVEN)
            != sum(one.amount_minor for one in wrong if one.account in GIVEN)
            or (right[0] == "fund" and not MOVED.issuperset(line.account for line in wrong))
        )
        ordered = self.run(self.order(territory, seq, lines))
        assert (ordered is None) == is_refused
        if ordered is None:
            return []
        self.corrected.add((territory, seq))
        if ending == "later":
            return [(ordered, wrong)]
        end = self.confirm_correction if ending == "confirmed" else self.cancel_correction
        end((ordered, wrong))
        return []

    @rule(one=consumes(corrections))
    def confirm_correction(self, one: tuple[Correction, list[Line]]) -> None:
        """Twice: nothing more. One that an envelope cannot bear is given up."""
        ordered, wrong = one
        stands = self.oracle.correct(ordered.territory, wrong, list(ordered.lines))
        assert self.run(self.confirm(ordered)) is stands
        if stands:
            assert self.run(self.confirm(ordered))
            self.stands_otherwise |= self.run(self.payments_of(ordered.territory, ordered.corrected_seq))
        else:
            self.cancel_correction(one)

    @rule(one=consumes(corrections))
    def cancel_correction(self, one: tuple[Correction, list[Line]]) -> None:
        """The entry may be corrected otherwise then."""
        self.run(self.cancel(one[0]))
        self.corrected.remove((one[0].territory, one[0].corrected_seq))

    async def payments_of(self, territory: str, seq: int) -> set[UUID]:
        """The payment that an entry booked, by its bank line or allocation; none where it is no payment's."""
        found = await self.books.rows(
            "select line_id from journal_entries where territory = :territory and seq = :seq",
            territory=territory,
            seq=seq,
        )
        return {row.line_id for row in found if row.line_id}

    async def is_said_elsewhere(self, territory: str, seq: int) -> bool:
        """Whether an entry is a repayment, what one pays back, a share that has another side, or a contra-entry."""
        [(found,)] = await self.books.rows(
            "select exists (select from journal_entries e join entry_lines l using (territory, seq)"
            " where territory = :territory and seq = :seq and (journal in ('REM', 'ML')"
            " or account in ('186000', '187000')"
            " or event_id in (select correction_id from corrections)"
            " or journal = 'DEC' and document in (select disbursement_id::text from repayment_schedules)))",
            territory=territory,
            seq=seq,
        )
        return bool(found)

    async def lines_of(self, territory: str, seq: int) -> list[Line]:
        found = await self.books.rows(
            "select account, amount_minor, fund, currency, instrument from entry_lines"
            " where territory = :territory and seq = :seq order by line",
            territory=territory,
            seq=seq,
        )
        return [Line(*row) for row in found]

    async def order(self, territory: str, seq: int, lines: list[Line]) -> Correction | None:
        by = self.treasurers[territory][0]
        reason = "Ce n’était pas cela, la lettre le dit."
        try:
            async with self.books.service.database.begin() as work:
                return await correct.order_correction(
                    work, territory=territory, seq=seq, lines=lines, reason=reason, by=by
                )
        except CorrectionRefused:
            return None

    async def confirm(self, ordered: Correction) -> bool:
        named = {"territory": ordered.territory, "correction_id": ordered.correction_id}
        by = self.treasurers[ordered.territory][1]
        try:
            async with self.books.service.database.begin() as work:
                await correct.confirm_correction(work, by=by, order_hash=ordered.order_hash, **named)
        except CorrectionRefused:
            return False
        return True

    async def cancel(self, ordered: Correction) -> None:
        async with self.books.service.database.begin() as work:
            await correct.cancel_correction(
                work,
                territory=ordered.territory,
                correction_id=ordered.correction_id,
                by=self.treasurers[ordered.territory][1],
            )

    async def said(self) -> tuple[dict[str, Figures], Counter[tuple[Place, str]], list[Any]]:
        """The figures, the balance of each account in each place, and what the last closed period has."""
        async with self.books.service.database.begin() as work:
            figures = await figures_of(work)
            found = await work.execute(
                "select territory, currency, account, sum(amount_minor)::bigint as amount_minor from balances"
                " group by territory, currency, account"
            )
            balances = Counter(
                {(Place(row.territory, row.currency), row.account): row.amount_minor for row in found}
            )
            return figures, balances, await self.moved_by(work, self.closed[0])

    @invariant()
    def books_and_oracle_agree(self) -> None:
        figures, balances, in_closed_period = self.run(self.said())
        assert in_closed_period == self.closed[1]
        for territory in ("64", "2A", "987"):
            assert figures[territory] == self.oracle.figures(territory)
        for place, intended in self.oracle.intended.items():
            assert balances[place, "802200"] == intended
        totals: Counter[tuple[str, str]] = Counter()
        for (place, account), amount in balances.items():
            totals[place.currency, account] += amount
        for currency in ("EUR", "XPF"):
            assert sum(amount for (money, _), amount in totals.items() if money == currency) == 0
            assert totals[currency, "512100"] == self.oracle.bank(currency)
            assert totals[currency, "471000"] == -self.oracle.in_suspense(currency)
            assert totals[currency, "802300"] == self.oracle.waiting(currency)
            assert totals[currency, "627000"] == self.oracle.bank_fees(currency)

    def teardown(self) -> None:
        assert self.run(self.books.problems()) == []


async def test_books_and_oracle_agree_over_random_histories(books: Books) -> None:
    """Whatever comes: promises, payments and returns, statements, money out and back, conversions, corrections."""
    History.books, History.loop = books, asyncio.get_running_loop()
    await asyncio.to_thread(
        run_state_machine_as_test,
        History,
        # Two thousand steps; nothing is shrunk, which takes longer than a test may.
        settings=settings(fuzzed(25), stateful_step_count=80, database=None, phases=[Phase.generate]),
    )

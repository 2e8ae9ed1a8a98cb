"""The run to one billion euros: its amounts, its bank days, its curve, and a small one from bus to books."""

from collections import Counter

import pytest

from deploy.trials.bank_days import bank_days, split
from deploy.trials.bench.billion import GOAL, TOTAL_MINOR, run
from deploy.trials.bench.campaign import Curve
from deploy.trials.bench.figure import Figure


@pytest.mark.parametrize(("total", "parts"), [(TOTAL_MINOR, 3_000), (10, 10), (11, 10), (1, 1), (1_000, 7)])
def test_a_sum_is_split_exactly(total: int, parts: int) -> None:
    """Whole cents, each above zero, no cent lost."""
    amounts = list(split(total, parts=parts))
    assert (len(amounts), sum(amounts)) == (parts, total)
    assert min(amounts) > 0


def test_amounts_differ() -> None:
    """Receipts of one amount would hide what sums of different ones show."""
    assert len(set(split(TOTAL_MINOR, parts=1_000))) > 900


def test_a_sum_is_not_split_into_more_parts_than_it_has() -> None:
    """No payment is of nothing."""
    with pytest.raises(ValueError, match="cannot be split"):
        list(split(9, parts=10))


def test_bank_days_follow_each_other_to_the_cent() -> None:
    """Each statement announces its payments and opens where the one before it closed."""
    days = list(bank_days(1_000, total_minor=TOTAL_MINOR, per_day=300))
    assert [len(day.payments) for day in days] == [300, 300, 300, 100]
    closing = 0
    for day in days:
        announced = day.statement
        assert announced.opening_minor == closing
        assert announced.credit_minor == sum(payment.amount_minor for payment in day.payments)
        assert {payment.statement_id for payment in day.payments} == {announced.statement_id}
        closing = announced.closing_minor
    assert closing == TOTAL_MINOR


def test_bank_days_reach_every_territory_alike() -> None:
    """All lanes but the national one, in turn."""
    (day,) = bank_days(220, total_minor=TOTAL_MINOR, per_day=220)
    assert set(Counter(payment.territory for payment in day.payments).values()) == {2}


def test_the_rate_of_each_tenth_is_read_from_the_curve() -> None:
    """Between two looks posting is taken to be even; the clock starts at the last look that saw nothing."""
    curve = Curve(receipts=100)
    for at, count in [(0.0, 0), (1.0, 0), (2.0, 50), (4.0, 100)]:
        curve.add(at, count)
    rates = curve.rates(up_to=100)
    assert rates[0] == pytest.approx(50)
    assert rates[-1] == pytest.approx(25)
    assert curve.mean_rate() == pytest.approx(100 / 3)


def test_something_wrong_is_never_good_enough() -> None:
    """A run at full speed fails when one cent is missing."""
    found = Figure(name="billion", title="", goal=GOAL, samples=(1.0,), faults=("un centime manque",))
    assert not found.is_met
    assert found.as_json()["faults"] == ["un centime manque"]


@pytest.fixture(scope="module")
def figure() -> Figure:
    """Three thousand receipts in ten days, by two processes."""
    (found,) = run(receipts=3_000, processes=2)
    return found


def test_a_billion_is_received_to_the_cent(figure: Figure) -> None:
    """The public figure is exact, the books verify, every statement is proved."""
    told = figure.as_json()
    assert (told["received_minor"], told["verify"], told["faults"]) == (100_000_000_000, "ok", [])
    assert figure.details["proved_statements"] == 10


def test_a_run_tells_what_it_cost(figure: Figure) -> None:
    """Bytes of each receipt on the disk, and the memory of every program that worked."""
    assert 300 < figure.details["bytes_per_receipt"] < 20_000
    assert set(figure.details["memory_mib"]) == {"broker", "database", "ledger-0", "ledger-1"}
    assert figure.details["progress_p99_ms"] > 0

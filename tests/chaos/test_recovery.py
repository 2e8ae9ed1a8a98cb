"""How long lanes took to come back, from when events were recorded and when they were posted."""

from datetime import UTC, datetime, timedelta

from deploy.trials.chaos.recovery import Recovery, Wait, recoveries

AT = datetime(2026, 10, 1, 12, tzinfo=UTC)


def wait(territory: str, recorded: float, posted: float) -> Wait:
    """An event recorded and posted so many seconds after the fault."""
    return Wait(territory, AT + timedelta(seconds=recorded), AT + timedelta(seconds=posted))


def test_a_lane_recovers_when_all_that_was_on_its_way_is_posted() -> None:
    """The longest wait of a lane counts, from the fault; lanes that went on are not affected."""
    waits = [wait("64", -0.5, 6.0), wait("75", -0.2, 0.1), wait("64", 0.4, 6.4), wait("2A", 0.5, 4.5)]
    found = recoveries(waits, [("kill_ledger", AT, True)])
    assert found == {"kill_ledger": Recovery(faults=1, alone=1, lanes=2, p50_seconds=5.0, max_seconds=6.0)}


def test_what_came_with_another_fault_is_no_measure() -> None:
    """Faults that overlap are counted and not measured."""
    found = recoveries([wait("64", -0.5, 6.0)], [("kill_ledger", AT, False)])
    assert found == {"kill_ledger": Recovery(faults=1, alone=0, lanes=0, p50_seconds=0.0, max_seconds=0.0)}

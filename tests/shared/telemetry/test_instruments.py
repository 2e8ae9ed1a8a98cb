"""Figures that are looked up show what was seen last."""

from shared.telemetry.instruments import PARKED


def test_figures_replace_those_of_the_last_look(measured) -> None:
    """A territory that has nothing parked any more is not shown with what it had."""
    PARKED.show([(3, {"territory": "64", "status": "failed"}), (1, {"territory": "75", "status": "behind"})])
    assert [point.value for point in measured("milliard.parked")] == [3, 1]
    PARKED.show([(2, {"territory": "64", "status": "failed"})])
    assert [point.value for point in measured("milliard.parked")] == [2]
    PARKED.show([])
    assert measured("milliard.parked") == []

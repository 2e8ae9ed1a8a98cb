"""`milliard bench relay`, tiny."""

import pytest

from deploy.trials.bench import relay
from deploy.trials.bench.figure import Figure
from tests.bench.promised import keeps_the_promise


@pytest.fixture(scope="module")
def figures() -> list[Figure]:
    """Two rounds, so that work and yardstick come first in turn, and a lane alone."""
    return relay.run(rounds=2, events=300, one_lane=100)


def test_it_says_what_every_benchmark_says(figures: list[Figure]) -> None:
    """Its JSON object has the promised keys."""
    assert [figure.name for figure in figures] == ["relay"]
    assert keeps_the_promise(figures, rounds=2)


def test_the_whole_outbox_is_published(figures: list[Figure]) -> None:
    """What was timed was published and marked: both rounds, and the lone lane's events."""
    assert figures[0].details["published"] == 2 * 300 + 100
    assert figures[0].details["one_lane_ratio"] > 0

"""`milliard bench pledge-http`, tiny."""

import pytest

from deploy.trials.bench import pledge_http
from deploy.trials.bench.figure import Figure
from tests.bench.promised import keeps_the_promise


@pytest.fixture(scope="module")
def figures() -> list[Figure]:
    """Half a second of promises."""
    return pledge_http.run(rounds=1, seconds=0.5)


def test_it_says_what_every_benchmark_says(figures: list[Figure]) -> None:
    """Its JSON object has the promised keys."""
    assert [figure.name for figure in figures] == ["pledge-http"]
    assert keeps_the_promise(figures)


def test_promises_are_made_and_kept(figures: list[Figure]) -> None:
    """Each answer was a pledge of its own in the database (the bench refuses to tell a figure otherwise)."""
    assert figures[0].details["pledges"] > 0

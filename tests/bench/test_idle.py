"""`milliard bench idle`, short."""

import pytest

from deploy.trials.bench import idle
from deploy.trials.bench.figure import Figure
from tests.bench.promised import keeps_the_promise


@pytest.fixture(scope="module")
def figures() -> list[Figure]:
    """The whole platform, watched for a second."""
    return idle.run(rounds=2, seconds=1, settle_seconds=0)


def test_it_says_what_every_benchmark_says(figures: list[Figure]) -> None:
    """Its JSON object has the promised keys."""
    assert [figure.name for figure in figures] == ["idle"]
    assert keeps_the_promise(figures, rounds=2)


def test_every_program_of_the_platform_is_watched(figures: list[Figure]) -> None:
    """Launcher, broker, database, gateway, keeper, mail catcher and the five services, each by its name."""
    watched = {name.removesuffix("_percent") for name in figures[0].details} - {"seconds"}
    assert watched == {"launcher", *idle.PROGRAMS}

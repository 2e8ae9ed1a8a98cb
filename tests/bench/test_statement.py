"""`milliard bench statement`, tiny."""

import pytest

from deploy.trials.bench import statement
from deploy.trials.bench.figure import Figure
from shared.values import lanes
from tests.bench.promised import keeps_the_promise

ENTRIES, PLEDGES = 150, 500


@pytest.fixture(scope="module")
def figures() -> list[Figure]:
    """Two rounds: the yardstick comes last, then first. More pledges than lines wait for each file."""
    return statement.run(rounds=2, entries=ENTRIES, pledges=PLEDGES)


def test_it_says_what_every_benchmark_says(figures: list[Figure]) -> None:
    """Its JSON object has the promised keys."""
    assert [figure.name for figure in figures] == ["statement"]
    assert keeps_the_promise(figures, rounds=2)


def test_every_line_of_the_file_is_posted(figures: list[Figure]) -> None:
    """The ledger has an entry for each line, for each fact of the yardstick, and for the warming up."""
    assert figures[0].details["posted"] == 2 * (2 * ENTRIES + len(lanes()))


def test_the_parts_of_the_way_are_read_beside_it(figures: list[Figure]) -> None:
    """The import alone, the bare reading of the XML, and the bare writing of the lines."""
    parts = ("import_per_second", "raw_xml_per_second", "raw_copy_per_second")
    assert all(figures[0].details[part] > 0 for part in parts)


def test_the_highest_memory_is_judged_beside_the_rate(figures: list[Figure]) -> None:
    """The mark that the kernel keeps is never below the highest sample; the service alone has dozens of megabytes."""
    (bound,) = figures[0].bounds
    said = figures[0].as_json()
    assert said["peak_rss_mb"] >= said["details"]["sampled_peak_rss_mb"] > 30
    assert (bound.name, said["peak_rss_mb_must"]) == ("peak_rss_mb", 300)

"""Profile `cluster`: three brokers in containers keep each other's streams."""

import time
from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from tests.exact_totals import day_of_transfers, expect_exactly, import_until_taken, received
from tests.in_containers import InContainers, platform_in_containers

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def clustered(built: None) -> Iterator[InContainers]:
    """A platform of its own, with three brokers."""
    with platform_in_containers(nodes=3) as found:
        yield found


DOWN_SECONDS = 10


def test_a_broker_of_three_dies_and_comes_back(clustered: InContainers, tell: Callable[[str], None]) -> None:
    """The two others take what is recorded meanwhile; what only it was to hand out waits for it, and all is counted."""
    site = clustered.site
    day = day_of_transfers(clustered)
    before = received(clustered)
    site.compose("stop", "--timeout", "0", "broker-2")
    importing = Thread(target=import_until_taken, args=(clustered, clustered.written(day)))
    importing.start()
    time.sleep(DOWN_SECONDS)
    site.compose("start", "broker-2")
    back = time.monotonic()
    importing.join()
    expect_exactly(clustered, day, before=before)
    tell(
        f"Un courtier sur trois absent {DOWN_SECONDS} s : tout est juste {time.monotonic() - back:.1f} s après"
    )

"""Profile `cluster`, with the sample campaign: three brokers keep each other's streams, and a backup has all of it."""

import time
from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from deploy.local.campaign import cast
from tests.exact_totals import day_of_transfers, expect_exactly, import_until_taken, received
from tests.in_containers import InContainers, platform_in_containers
from tests.running import eventually

pytestmark = pytest.mark.engine

DOWN_SECONDS = 10


@pytest.fixture(scope="module")
def clustered(built: None) -> Iterator[InContainers]:
    """A platform of its own, with three brokers, when the sample campaign has been played to its end."""
    with platform_in_containers(nodes=3, empty=False) as found:
        eventually(lambda: found.progress()["disbursed_minor"] == cast.NEED["amount_minor"], seconds=120)
        eventually(lambda: found.site.is_done("campaign"))
        yield found


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


def test_a_backup_brings_everything_back(clustered: InContainers, tell: Callable[[str], None]) -> None:
    """On a machine that lost data and secrets: the same figures and books, contacts that open, and money goes on."""
    figures = clustered.progress()["territories"]
    began = time.monotonic()
    file = clustered.site.back_up()
    copied = time.monotonic()
    start_seconds = clustered.site.restore(file)
    tell(f"Arrêt et sauvegarde : {copied - began:.1f} s ; restauration : {time.monotonic() - copied:.1f} s")
    tell(f"… dont {start_seconds:.1f} s de démarrage")
    assert clustered.progress()["territories"] == figures
    clustered.visitor(cast.OPERATORS[0]).sign_in()
    day = day_of_transfers(clustered, lines=60)
    before = received(clustered)
    import_until_taken(clustered, clustered.written(day))
    expect_exactly(clustered, day, before=before)

"""Network cuts, longer than leases and timeouts: money is counted, and recovery is timed."""

import time
from collections.abc import Callable
from threading import Thread

import pytest

from tests.exact_totals import day_of_transfers, expect_exactly, import_until_taken, received
from tests.in_containers import InContainers

pytestmark = pytest.mark.engine

CUT_SECONDS = 25
"""A lease lasts five seconds, a batch is given up after twenty (`shared.settings`)."""


@pytest.mark.parametrize(
    "cuts",
    [(("ledger", "bus"), ("pledges", "data")), (("pledges", "bus"), ("ledger", "data"))],
    ids=["ledger from broker, pledges from database", "pledges from broker, ledger from database"],
)
def test_a_cut_loses_nothing_and_heals_by_itself(
    in_containers: InContainers, tell: Callable[[str], None], cuts: tuple[tuple[str, str], ...]
) -> None:
    """The broker is cut off from one service and the database from another in the middle of an import."""
    site = in_containers.site
    day = day_of_transfers(in_containers)
    before = received(in_containers)
    importing = Thread(target=import_until_taken, args=(in_containers, in_containers.written(day)))
    importing.start()
    time.sleep(0.7)
    cut = [(service, site.containers(service)[0], network) for service, network in cuts]
    for _, container, network in cut:
        site.cut(container, network)
    time.sleep(CUT_SECONDS)
    for service, container, network in cut:
        site.mend(container, network, names=[service])
    mended = time.monotonic()
    importing.join()
    expect_exactly(in_containers, day, before=before)
    ways = " et ".join(f"{service} sans « {network} »" for service, network in cuts)
    tell(f"{ways} pendant {CUT_SECONDS} s : tout est juste {time.monotonic() - mended:.1f} s après")

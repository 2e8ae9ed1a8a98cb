"""The platform in containers under load: what dies comes back, replicas share the lanes, and money is counted."""

import time
from collections.abc import Callable
from threading import Thread

import pytest

from shared.values import lanes
from tests.exact_totals import BACK_SECONDS, day_of_transfers, expect_exactly, import_until_taken, received
from tests.in_containers import InContainers
from tests.running import eventually

pytestmark = pytest.mark.engine

KILLED = ("ledger", "broker", "pledges", "database", "ledger")
SHARES = """
    select count(*) filter (where resource like 'lane:%') from leases join replicas on replica_id = holder
    where heartbeat_at > now() - interval '5 seconds' group by holder
"""


def is_fair(shares: list[int]) -> bool:
    """Three replicas hold all lanes, a third each; the relay, and who began, make a lane or two of difference."""
    return len(shares) == 3 and sum(shares) == len(lanes()) and max(shares) - min(shares) <= 3


def test_totals_are_exact_whatever_container_dies(
    in_containers: InContainers, tell: Callable[[str], None]
) -> None:
    """Ledger, broker, pledges and database end by SIGKILL while a statement is imported and posted."""
    site = in_containers.site
    day = day_of_transfers(in_containers)
    before = received(in_containers)
    file = in_containers.written(day)
    importing = Thread(target=import_until_taken, args=(in_containers, file))
    importing.start()
    for service in KILLED:
        (container,) = site.containers(service)
        restarts = site.restarts_of(container)
        site.kill(container)
        eventually(lambda: site.restarts_of(container) > restarts, seconds=BACK_SECONDS)  # noqa: B023
        time.sleep(1)  # so that the next death meets the import at another place
    last_death = time.monotonic()
    importing.join()
    expect_exactly(in_containers, day, before=before)
    tell(
        f"Cinq conteneurs tués sous la charge : tout est juste {time.monotonic() - last_death:.1f} s après le dernier"
    )


def test_three_ledgers_share_the_lanes(in_containers: InContainers) -> None:
    """`--scale ledger=3`: each takes a third of the lanes, and a statement is posted to the cent."""
    site = in_containers.site
    site.scale("ledger", 3)
    try:
        eventually(
            lambda: is_fair([int(count) for (count,) in site.rows("ledger", SHARES)]), seconds=BACK_SECONDS
        )
        day = day_of_transfers(in_containers)
        before = received(in_containers)
        import_until_taken(in_containers, in_containers.written(day))
        expect_exactly(in_containers, day, before=before)
    finally:
        site.scale("ledger", 1)

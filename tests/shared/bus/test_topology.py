"""Making streams and consumers on a broker that does not answer at once."""

import asyncio
import os
import signal

from shared.bus.connection import connect
from shared.bus.streams import list_streams
from shared.bus.topology import apply
from shared.values import lanes

LONGER_THAN_A_REQUEST_SECONDS = 6.0


async def test_a_broker_that_does_not_answer_is_asked_again(own_broker) -> None:
    """As nodes that are choosing their leader: all is made once they have one."""
    client = await connect(own_broker.topology_url, service="topology", name="tests")
    personal = await connect(own_broker.topology_personal_url, service="topology", name="tests")
    await client.jetstream().delete_stream("T-64")
    os.kill(own_broker.child.pid, signal.SIGSTOP)
    applying = asyncio.create_task(apply(client, personal))
    try:
        await asyncio.sleep(LONGER_THAN_A_REQUEST_SECONDS)
        assert not applying.done()
    finally:
        os.kill(own_broker.child.pid, signal.SIGCONT)
    assert await applying > len(lanes())
    assert "T-64" in await list_streams(client)
    await client.close()
    await personal.close()

"""`python -m shared.bus.apply`: the topology, from the addresses in the environment. What `milliard bus apply` does,
without loading every command of the platform first."""

import asyncio

from shared.bus import topology
from shared.bus.connection import connect, leave
from shared.settings import setting


async def apply_topology(*, url: str, personal_url: str, replicas: int = 1) -> int:
    """Connect to both accounts and apply; returns how many streams and consumers there are."""
    client = await connect(url, service="topology", name="apply")
    personal = await connect(personal_url, service="topology", name="apply-personal")
    try:
        return await topology.apply(client, personal, replicas=replicas)
    finally:
        await leave(client)
        await leave(personal)


if __name__ == "__main__":
    asyncio.run(
        apply_topology(
            url=setting("MILLIARD_TOPOLOGY_NATS_URL"),
            personal_url=setting("MILLIARD_TOPOLOGY_PERSONAL_NATS_URL"),
            replicas=topology.copies_of_streams(),
        )
    )

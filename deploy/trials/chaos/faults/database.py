"""The database drops its clients."""

from random import Random

import asyncpg

from deploy.trials.chaos.site import Site


async def drop_connections(site: Site, chance: Random) -> str:
    """End every connection of every service, whatever it was doing."""
    connection = await asyncpg.connect(site.stage.cluster.admin_url, timeout=5)
    try:
        dropped = await connection.fetchval(
            "select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity"
            " where pid <> pg_backend_pid() and backend_type = 'client backend') as dropped"
        )
    finally:
        await connection.close()
    return f"{dropped} connections"

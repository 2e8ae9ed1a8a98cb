"""The services' databases and who may do what in them. On the run's own cluster."""

import asyncpg
import pytest

from deploy.local.broker import SERVICES
from deploy.local.cluster import Cluster
from deploy.local.databases import Databases, DatabaseUnreachable
from deploy.local.temporary import temporary_home


async def test_provisioning_again_changes_nothing(cluster: Cluster) -> None:
    """A second provisioning keeps roles, passwords and tables."""
    owner = await asyncpg.connect(cluster.owner_url("pledges"))
    await owner.execute("CREATE TABLE IF NOT EXISTS kept_over_provisioning ()")
    cluster.provision(SERVICES)
    assert await owner.fetchval("SELECT to_regclass('kept_over_provisioning') IS NOT NULL")
    await owner.execute("DROP TABLE kept_over_provisioning")
    await owner.close()
    await (await asyncpg.connect(cluster.owner_url("pledges"))).close()


async def test_a_service_writes_rows_and_nothing_else(cluster: Cluster) -> None:
    """The application role reads and writes what its owner made; it cannot empty, alter or add tables."""
    owner_url, app_url = cluster.fresh_database("ledger")
    owner = await asyncpg.connect(owner_url)
    await owner.execute("CREATE TABLE things (id BIGINT GENERATED ALWAYS AS IDENTITY, name TEXT)")
    await owner.close()
    app = await asyncpg.connect(app_url)
    await app.execute("INSERT INTO things (name) VALUES ('Éole')")
    await app.execute("UPDATE things SET name = lower(name)")
    assert await app.fetchval("SELECT name FROM things") == "éole"
    for forbidden in ("TRUNCATE things", "ALTER TABLE things ADD more TEXT", "CREATE TABLE others ()"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(forbidden)
    await app.close()


@pytest.mark.parametrize("role", ["app", "owner"])
async def test_nobody_enters_another_services_database(cluster: Cluster, role: str) -> None:
    """Neither role of a service connects to another one's database."""
    url = cluster.app_url if role == "app" else cluster.owner_url
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(url("pledges", database="ledger"))


async def test_a_wrong_password_does_not_enter(cluster: Cluster) -> None:
    """The socket alone does not open the database."""
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(cluster.app_url("ledger"), password="wrong")


async def test_a_copy_of_a_database_has_its_rows(cluster: Cluster) -> None:
    """A fresh database can be a copy of a migrated one."""
    owner_url, _ = cluster.fresh_database("projects")
    owner = await asyncpg.connect(owner_url)
    await owner.execute("CREATE TABLE migrated AS SELECT 42 AS version")
    await owner.close()
    template = owner_url.partition("?")[0].rpartition("/")[2]
    _, app_url = cluster.fresh_database("projects", template=template)
    app = await asyncpg.connect(app_url)
    assert await app.fetchval("SELECT version FROM migrated") == 42
    await app.close()


async def test_a_database_is_dropped_whoever_is_in_it(cluster: Cluster) -> None:
    """Its connections end with it."""
    _, app_url = cluster.fresh_database("projects")
    await asyncpg.connect(app_url)
    cluster.drop_database(app_url)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(app_url)


async def test_an_existing_cluster_can_be_used(cluster: Cluster) -> None:
    """With the URL of a cluster that runs already, the same databases are found in it."""
    others = Databases(home=cluster.data.parent, admin_url=cluster.admin_url)
    others.start(within_seconds=5)
    await (await asyncpg.connect(others.app_url("members"))).close()


def test_a_cluster_that_does_not_answer_is_told(cluster: Cluster) -> None:
    """A wrong DATABASE_URL is told in a sentence, after a time."""
    wrong = Databases(home=cluster.data.parent, admin_url="postgresql://postgres@127.0.0.1:1/postgres")
    with pytest.raises(DatabaseUnreachable, match="DATABASE_URL"):
        wrong.start(within_seconds=0.1)


async def test_writes_are_durable_and_the_network_closed() -> None:
    """A cluster that people rely on has its settings: durable writes, no network, UTC."""
    with temporary_home() as homes, Cluster(*homes) as cluster:
        admin = await asyncpg.connect(cluster.admin_url)
        told = {
            name: await admin.fetchval(f"SHOW {name}")
            for name in ("fsync", "full_page_writes", "synchronous_commit", "listen_addresses", "TimeZone")
        }
        await admin.close()
    assert told == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "listen_addresses": "",
        "TimeZone": "UTC",
    }

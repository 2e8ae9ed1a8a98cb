"""What every service's database has alike: outbox, inbox, parking, leases, projections of trust."""

from typing import Any

import pytest

from shared.runtime import Service

SERVICES = ("members", "pledges", "projects", "notifications", "ledger")
PLUMBING = {
    "outbox_messages", "published_streams", "refused_messages", "inbox_messages", "parked_events",
    "discarded_events", "lane_breakers", "lane_changes", "leases", "replicas", "signing_keys", "role_holders",
}  # fmt: skip

COLUMNS = """
    select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
    where table_schema = 'public' and table_name = any(:tables) order by 1, 2"""
CONSTRAINTS = """
    select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
    where conrelid::regclass::text = any(:tables) and contype <> 'n' order by 1, 2"""
INDEXES = """
    select tablename, indexname, indexdef from pg_indexes
    where schemaname = 'public' and tablename = any(:tables) order by 1, 2"""


@pytest.mark.parametrize("aspect", [COLUMNS, CONSTRAINTS, INDEXES], ids=["columns", "constraints", "indexes"])
async def test_the_plumbing_is_the_same_in_every_service(make_service: Any, aspect: str) -> None:
    """The code of `shared` runs on each database, so the tables that it uses are the same in each."""
    found = {name: await _rows(await make_service(name), aspect) for name in SERVICES}
    assert {table for table, *_ in found["ledger"]} == PLUMBING
    assert {name for name in SERVICES if found[name] != found["ledger"]} == set()


async def _rows(service: Service, aspect: str) -> list[tuple[Any, ...]]:
    async with service.database.begin() as work:
        rows = await work.execute(aspect, tables=sorted(PLUMBING))
        return [tuple(row) for row in rows]

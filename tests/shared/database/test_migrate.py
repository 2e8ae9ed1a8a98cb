"""Bringing a database with rows in it up to date."""

import asyncpg
import pytest

from shared.database.migrate import migrate
from shared.events import read_headers

HEADERS = '{"ce-specversion": "1.0", "Nats-Msg-Id": "i", "ce-subject": "clé: é", "ce-type": "t\\r\\nx: y"}'
WAITING = """
    insert into outbox_messages (position, event_id, territory, subject, headers, payload) overriding system value
    values (7, gen_random_uuid(), '64', 'milliard.64.pledges.internal.payment_received.v1', $1, '{}')
"""
REFUSED = """
    insert into refused_messages (position, event_id, territory, subject, headers, payload, recorded_at, reason)
    values (8, gen_random_uuid(), '64', 'milliard.64.pledges.internal.payment_received.v1', $1, '{}', now(), 'large')
"""


@pytest.mark.parametrize("older", ["0003", "0004"], ids=["jsonb", "json"])
async def test_what_waits_in_an_outbox_keeps_its_headers(cluster, older: str) -> None:
    """Kept as JSON until then, they become the lines that are sent: `Nats-Msg-Id` last, and as many as before."""
    owner_url, _ = cluster.fresh_database("projects")
    await migrate("projects", owner_url=owner_url, to=older)
    old = await asyncpg.connect(owner_url)
    await old.execute(WAITING, HEADERS)
    await old.execute(REFUSED, HEADERS)
    await old.close()
    await migrate("projects", owner_url=owner_url)
    new = await asyncpg.connect(owner_url)
    rows = await new.fetch(
        "select headers from outbox_messages union all select headers from refused_messages"
    )
    await new.close()
    said = {"ce-specversion": "1.0", "ce-subject": "clé: é", "ce-type": "t  x: y", "Nats-Msg-Id": "i"}
    assert [read_headers(row["headers"]) for row in rows] == [said, said]
    assert all(row["headers"].endswith("\r\nNats-Msg-Id: i\r\n") for row in rows)

"""Bringing a database with rows in it up to date."""

import asyncpg

from shared.database.migrate import migrate
from shared.events import read_headers

_OLD = """
    insert into {table} (position, event_id, territory, subject, headers, payload {more_columns})
    overriding system value
    values ($1, gen_random_uuid(), '64', 'milliard.64.pledges.internal.payment_received.v1', $2, '{{}}' {more_values})
"""


async def test_what_waits_in_an_outbox_keeps_its_headers(cluster) -> None:
    """Kept as JSON until then, they become the lines that are sent: `Nats-Msg-Id` last, whatever its place was."""
    owner_url, _ = cluster.fresh_database("projects")
    await migrate("projects", owner_url=owner_url, to="0003")
    old = await asyncpg.connect(owner_url)
    kept = '{"Nats-Msg-Id": "i", "ce-id": "i", "ce-type": "t", "ce-subject": "clé: é"}'
    await old.execute(_OLD.format(table="outbox_messages", more_columns="", more_values=""), 7, kept)
    await old.execute(
        _OLD.format(
            table="refused_messages",
            more_columns=", recorded_at, reason",
            more_values=", now(), 'too large'",
        ),
        8,
        kept,
    )
    await old.close()
    await migrate("projects", owner_url=owner_url)
    new = await asyncpg.connect(owner_url)
    for table in ("outbox_messages", "refused_messages"):
        lines = await new.fetchval(f"select headers from {table}")  # noqa: S608 - names of the test
        assert read_headers(lines) == {
            "ce-id": "i",
            "ce-type": "t",
            "ce-subject": "clé: é",
            "Nats-Msg-Id": "i",
        }
        assert lines.endswith("\r\nNats-Msg-Id: i\r\n")
    await new.close()

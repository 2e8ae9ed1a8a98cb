"""Rows are inserted as columns, by a part of a larger statement."""

from uuid import uuid4

from shared.database.columns import columns_of, insert_of_columns

COLUMNS = {"event_id": "uuid", "key": "text", "amount_minor": "bigint"}


async def test_an_insert_is_one_part_of_a_statement(listener) -> None:
    """Each row as it was given, in order."""
    rows = [(uuid4(), "a", 1), (uuid4(), "b", 2)]
    async with listener.database.begin() as work:
        counted = await work.execute(
            f"with added as ({insert_of_columns('applied', COLUMNS)} returning 1) select count(*) from added",
            **columns_of("applied", COLUMNS, rows),
        )
        assert counted.scalar() == 2
    assert await listener.applied() == [("a", 1), ("b", 2)]

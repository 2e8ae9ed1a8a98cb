"""Rows that are written by the thousand: in the same transaction, with the same errors as a statement's."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from shared.database.work import Work
from shared.inbox.failure import is_infrastructure, reason_of
from shared.runtime import Service
from shared.values import new_id

COLUMNS = ("event_id", "territory")


async def _heard(work: Work) -> int:
    found = await work.execute("select count(*) from inbox_messages")
    return int(found.scalar())


@pytest.fixture
async def service(make_service: Any) -> Service:
    """A service with its own database."""
    made: Service = await make_service("ledger")
    return made


@pytest.mark.parametrize("others", [0, 1, 20])
async def test_copied_rows_are_there_after_the_commit(service: Service, others: int) -> None:
    """Few or many, in the order of the columns that were named."""
    event_id = new_id()
    async with service.database.begin() as work:
        rows = [(event_id, "75"), *((new_id(), "13") for _ in range(others))]
        await work.copy("inbox_messages", COLUMNS, rows)
    async with service.database.begin() as work:
        found = await work.execute("select event_id from inbox_messages where territory = '75'")
        assert found.scalars().all() == [event_id]
        assert await _heard(work) == 1 + others


async def test_copied_rows_go_with_their_savepoint(service: Service) -> None:
    """What is undone takes its copied rows with it, and the transaction goes on."""
    async with service.database.begin() as work:
        with pytest.raises(RuntimeError):  # noqa: PT012 - what is undone is what is tested
            async with work.savepoint():
                await work.copy("inbox_messages", COLUMNS, [(new_id(), "75")])
                raise RuntimeError
        assert await _heard(work) == 0


async def test_rows_copied_first_are_in_the_transaction_too(service: Service) -> None:
    """Nothing is written when it fails, even when nothing but copying was done in it."""
    with pytest.raises(RuntimeError):  # noqa: PT012 - what is undone is what is tested
        async with service.database.begin() as work:
            await work.copy("inbox_messages", COLUMNS, [(new_id(), "75") for _ in range(20)])
            raise RuntimeError
    async with service.database.begin() as work:
        assert await _heard(work) == 0


@pytest.mark.parametrize("count", [2, 20])
async def test_a_constraint_that_refuses_is_the_rows_own_failure(service: Service, count: int) -> None:
    """As an insert would: an integrity error, which says nothing of the infrastructure, and no value."""
    event_id = new_id()
    async with service.database.begin() as work:
        with pytest.raises(IntegrityError) as refused:
            async with work.savepoint():
                await work.copy("inbox_messages", COLUMNS, [(event_id, "75")] * count)
        assert not is_infrastructure(refused.value)
        assert str(event_id) not in reason_of(refused.value)
        assert await _heard(work) == 0


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("territory", [7, "\0", "\ud800"])
async def test_a_value_that_cannot_be_written_is_the_rows_own_failure(
    service: Service, territory: object, count: int
) -> None:
    """Found before or by the database: the rest of the transaction goes on."""
    async with service.database.begin() as work:
        with pytest.raises((DBAPIError, TypeError, ValueError)) as refused:
            async with work.savepoint():
                await work.copy("inbox_messages", COLUMNS, [(new_id(), territory)] * count)
        assert not is_infrastructure(refused.value)
        assert await _heard(work) == 0


async def test_a_connection_that_dies_is_the_infrastructures_failure(service: Service) -> None:
    """The lane pauses and counts nobody."""
    with pytest.raises(DBAPIError) as failed:  # noqa: PT012 - the transaction ends with the same connection
        async with service.database.begin() as work:
            await work.execute("set local idle_in_transaction_session_timeout = '50ms'")
            await asyncio.sleep(0.3)
            await work.copy("inbox_messages", COLUMNS, [(new_id(), "75")])
    assert is_infrastructure(failed.value)

"""How a bank file is read beside the event loop."""

import threading
from contextlib import aclosing

import pytest

from services.pledges.domain.refusals import ForbiddenXml
from services.pledges.operations.statement_chunks import one_ahead


async def test_one_thread_reads_a_whole_file():
    """From the first chunk to the last clean-up: a parser of lxml that changes threads corrupts memory."""
    readers = set()

    def chunks():
        try:
            for number in range(50):
                readers.add(threading.get_ident())
                yield number
        finally:
            readers.add(threading.get_ident())

    async with aclosing(one_ahead(chunks())) as ahead:
        assert [chunk async for chunk in ahead] == list(range(50))
    async with aclosing(one_ahead(chunks())) as ahead:
        assert await anext(ahead) == 0
    assert threading.get_ident() not in readers
    assert len(readers) <= 2


async def test_a_refusal_reaches_whoever_reads():
    """After the chunks that came before it."""

    def chunks():
        yield "first"
        raise ForbiddenXml

    async with aclosing(one_ahead(chunks())) as ahead:
        assert await anext(ahead) == "first"
        with pytest.raises(ForbiddenXml):
            await anext(ahead)


async def test_the_reader_has_stopped_when_the_import_gives_up():
    """The file may be closed then."""
    alive = threading.active_count()

    def chunks():
        while True:
            yield "more"

    async with aclosing(one_ahead(chunks())) as ahead:
        await anext(ahead)
    assert threading.active_count() == alive

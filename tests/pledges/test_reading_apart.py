"""A bank file is read in a process of its own: what it says arrives, however it ends."""

import asyncio
import os
import tempfile
from contextlib import aclosing
from pathlib import Path

import pytest

from services.pledges.domain.refusals import (
    BankFileRefused,
    ForbiddenXml,
    StatementDoesNotAddUp,
    StatementTooLarge,
)
from services.pledges.operations import reading_apart
from services.pledges.operations.reading_apart import ENVIRONMENT, ReadingStopped, read_apart
from services.pledges.operations.statement_chunks import read_chunks
from services.pledges.operations.statement_reader import FINISHED
from tests.pledges.measured_reading import read_measured

SAMPLES = Path(__file__).parent / "samples"
GOOD = SAMPLES / "two_days.camt.053.001.02.xml"


async def chunks_of(sample: Path, *, max_bytes: int = 1_000_000) -> list:
    with sample.open("rb") as file:
        async with aclosing(read_apart(file, max_bytes=max_bytes, lines_per_chunk=2)) as chunks:
            return [chunk async for chunk in chunks]


@pytest.fixture
def started(monkeypatch) -> asyncio.Queue[asyncio.subprocess.Process]:
    """The reading processes as they start."""
    started = asyncio.Queue()
    start = asyncio.create_subprocess_exec

    async def note(*command, **options):
        process = await start(*command, **options)
        started.put_nowait(process)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", note)
    return started


async def test_the_chunks_are_those_that_the_file_has():
    """Every field of every line survives the way from one process to the other."""
    with GOOD.open("rb") as file:
        here = list(read_chunks(file, max_bytes=1_000_000, lines_per_chunk=2))
    assert await chunks_of(GOOD) == here


@pytest.mark.parametrize(
    ("sample", "refusal"),
    [("hostile_does_not_add_up.xml", StatementDoesNotAddUp), ("hostile_external_dtd.xml", ForbiddenXml)],
)
async def test_a_refusal_keeps_its_kind_and_its_sentence(sample, refusal):
    """The treasurer reads what the reader found."""
    with (SAMPLES / sample).open("rb") as file, pytest.raises(refusal) as here:
        list(read_chunks(file, max_bytes=1_000_000, lines_per_chunk=2))
    with pytest.raises(refusal) as apart:
        await chunks_of(SAMPLES / sample)
    assert str(apart.value) == str(here.value)


async def test_a_file_that_is_too_large_is_told_apart():
    """HTTP answers it with a status of its own."""
    with pytest.raises(StatementTooLarge):
        await chunks_of(GOOD, max_bytes=100)


async def test_a_file_is_read_from_its_beginning():
    """Whoever wrote it down has left it at its end."""
    with tempfile.TemporaryFile() as file:
        file.write(GOOD.read_bytes())
        async with aclosing(read_apart(file, max_bytes=1_000_000, lines_per_chunk=100)) as chunks:
            assert [len(chunk.lines) async for chunk in chunks] == [4, 1]


async def test_the_process_has_ended_when_the_import_gives_up(started):
    """The file may be closed then."""
    with GOOD.open("rb") as file:
        async with aclosing(read_apart(file, max_bytes=1_000_000, lines_per_chunk=1)) as chunks:
            await anext(chunks)
    assert started.get_nowait().returncode is not None


async def test_a_process_that_is_killed_is_no_end_of_file(started):
    """Half a file must never look like a whole one."""
    end, beginning = os.pipe()
    with os.fdopen(end, "rb") as endless:
        endless.seek = lambda place: 0
        reading = asyncio.ensure_future(anext(read_apart(endless, max_bytes=1_000_000, lines_per_chunk=1)))
        (await started.get()).kill()
        with pytest.raises(ReadingStopped, match=r"code -9.*Rien n’a été importé"):
            await reading
    os.close(beginning)


async def test_a_mistake_in_the_reader_says_where_and_nothing_of_the_file(monkeypatch):
    """Its message could hold what a giver wrote."""
    monkeypatch.setattr(reading_apart, "READER", "broken_reader")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
    with pytest.raises(ReadingStopped, match=r"\(ValueError, broken_reader\.py:\d+\)") as stopped:
        await chunks_of(GOOD)
    assert "Camille" not in str(stopped.value)


async def test_the_process_is_told_no_secret(monkeypatch):
    """Whatever a file does to its reader, there is nothing to find there."""
    monkeypatch.setattr(reading_apart, "READER", "told_reader")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
    monkeypatch.setenv("MILLIARD_DATABASE_URL", "postgresql://somebody:secret@host/pledges")
    with pytest.raises(BankFileRefused) as told:
        await chunks_of(GOOD)
    assert set(str(told.value).split()) <= {"LC_CTYPE", *ENVIRONMENT}


def test_what_stands_between_the_details_of_an_entry_does_not_pile_up(tmp_path):
    """14 MB of empty elements, never too many at one time for the reader: as a tree they would take half a gigabyte."""
    piece = b"<X/>" * 450_000 + b"<NtryDtls><TxDtls/></NtryDtls>"
    beginning, end = GOOD.read_bytes().split(b"<NtryDtls>", 1)
    hostile = tmp_path / "hostile.xml"
    hostile.write_bytes(beginning + piece * 8 + b"<NtryDtls>" + end)
    ended, peak_bytes = read_measured(hostile)
    assert ended == FINISHED
    assert peak_bytes < 200_000_000

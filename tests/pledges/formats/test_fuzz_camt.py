"""Statements that no bank wrote: mutated trees and bytes, read whole or refused by name, in bounded time and memory."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given

from services.pledges.domain.notification import DetailedEntry, NotificationHeader, NotificationTotals
from services.pledges.domain.refusals import BankFileRefused
from services.pledges.domain.statement import BankLine, Direction, StatementHeader, StatementTotals
from services.pledges.formats.camt import Found, read_statements
from services.pledges.operations.statement_reader import FINISHED, REFUSED
from tests.fuzzing import fuzzed
from tests.pledges.formats.hostile_camt import HOSTILE
from tests.pledges.formats.mutated_camt import mutated_files
from tests.pledges.measured_reading import read_measured

MAX_BYTES = 60_000_000


def read(data: bytes) -> list[Found] | None:
    """What a file says, or None when it is refused in a French sentence; nothing else may come out of it."""
    try:
        return list(read_statements(BytesIO(data), max_bytes=MAX_BYTES))
    except BankFileRefused as refused:
        sentence = str(refused)
        assert sentence.endswith(".")
        assert "Traceback" not in sentence
        assert len(sentence) < 1000, "a refusal is a sentence, whatever the file puts into it"
        return None


@fuzzed(500)
@given(mutated_files())
def test_a_mutated_statement_adds_up_or_is_refused(data: bytes) -> None:
    """Accepted means whole: each statement leads from its opening to its closing balance, line by line.

    Of a notification, each entry is the sum of its details.
    """
    found = read(data)
    if found is None:
        return
    balance = 0
    header: StatementHeader | NotificationHeader | None = None
    for one in found:
        match one:
            case StatementHeader():
                assert header is None
                header, balance = one, one.opening_minor
            case BankLine():
                assert isinstance(header, StatementHeader)
                assert one.amount_minor > 0
                balance += one.signed_minor
            case StatementTotals():
                assert isinstance(header, StatementHeader)
                assert balance == header.closing_minor
                header = None
            case NotificationHeader():
                assert header is None
                header = one
            case DetailedEntry(entry, details):
                assert isinstance(header, NotificationHeader)
                signed = entry.amount_minor if entry.direction is Direction.CREDIT else -entry.amount_minor
                assert not details or sum(detail.signed_minor for detail in details) == signed
            case NotificationTotals():
                assert isinstance(header, NotificationHeader)
                header = None
    assert header is None


@pytest.mark.timeout(120)  # the largest takes seconds; what grows faster than its file would take hours
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_little(name: str, tmp_path: Path) -> None:
    """Tens of megabytes beside the program's own 30, and soon, whatever was sent; it is read or refused by name."""
    data = HOSTILE[name]()
    read(data)
    hostile = tmp_path / "hostile.xml"
    hostile.write_bytes(data)
    ended, peak_bytes = read_measured(hostile)
    assert ended in {FINISHED, REFUSED}
    assert peak_bytes < 150_000_000

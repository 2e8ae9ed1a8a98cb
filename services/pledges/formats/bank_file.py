"""Reads a bank file of any format that banks send us: what its first characters show."""

from collections.abc import Iterator
from typing import BinaryIO

from services.pledges.formats import camt, cfonb
from services.pledges.formats.camt import Found


def read_statements(stream: BinaryIO, *, max_bytes: int) -> Iterator[Found]:
    """Each statement or notification of a file: its header, what it has in order, then its totals once they add up.

    `stream` can be put back to its beginning. Raises a `BankFileRefused`, at any point: do all in one transaction.
    """
    is_cfonb = stream.read(2).isdigit()  # the code of a record; XML begins with a mark
    stream.seek(0)
    return (cfonb if is_cfonb else camt).read_statements(stream, max_bytes=max_bytes)

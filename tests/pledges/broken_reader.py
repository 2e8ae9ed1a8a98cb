"""The reader of bank files, with a mistake in it."""

import sys

from services.pledges.operations import statement_reader


def read_chunks(*_, **__):
    yield from ()
    raise ValueError("Camille Exemple")


statement_reader.read_chunks = read_chunks
statement_reader.main(sys.stdin.buffer, sys.stdout.buffer, max_bytes=1, lines_per_chunk=1)

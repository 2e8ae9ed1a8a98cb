"""In place of the reader of bank files: refuses whatever comes with the names in its environment."""

import os
import sys

from services.pledges.domain.refusals import MalformedStatement, refusal_named
from services.pledges.operations import statement_reader


def read_chunks(*_, **__):
    yield from ()
    raise refusal_named(MalformedStatement.__name__, " ".join(os.environ))


statement_reader.read_chunks = read_chunks
statement_reader.main(sys.stdin.buffer, sys.stdout.buffer, max_bytes=1, lines_per_chunk=1)

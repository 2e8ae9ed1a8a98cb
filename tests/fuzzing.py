"""How deep the random tests go: the same examples at every run, or more of them, and new ones, on demand."""

import os
from contextlib import suppress
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

T = TypeVar("T")

DEPTH = int(os.environ.get("MILLIARD_FUZZ_DEPTH", "1"))
"""`MILLIARD_FUZZ_DEPTH=20 make test ARGS="tests/contracts"`: twenty times the examples, another seed each time."""


def fuzzed(examples: int) -> Any:
    """Hypothesis settings for about this many examples at depth 1; a test's fixtures are shared by its examples."""
    return settings(
        max_examples=examples * DEPTH,
        derandomize=DEPTH == 1,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


def some(strategy: st.SearchStrategy[T], examples: int) -> list[T]:
    """About this many values of a strategy, for what must be awaited one after the other; nothing is shrunk."""
    found: list[T] = []

    @settings(fuzzed(examples), database=None, phases=[Phase.generate])
    @given(strategy)
    def collect(one: T) -> None:
        found.append(one)

    with suppress(Unsatisfiable):  # an operation that takes nothing has nothing to be got wrong
        collect()
    return found

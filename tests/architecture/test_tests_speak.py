"""Tests are read as sentences: each says in its first line the one fact that it shows."""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_every_test_says_what_it_shows() -> None:
    """A test without a docstring is a riddle on the day when it fails."""
    assert [
        f"{path.relative_to(TESTS)}: {test.name}" for path, test in _tests() if not ast.get_docstring(test)
    ] == []


def test_no_test_is_skipped_without_a_printed_reason() -> None:
    """`skip` and `skipif` name their reason, for whoever reads the run's summary."""
    silent = [
        f"{path.relative_to(TESTS)}:{call.lineno}"
        for path in sorted(TESTS.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and _is_skip(call.func) and not _has_reason(call)
    ]
    assert silent == []


def _tests() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield path, node


def _is_skip(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and called.attr in ("skip", "skipif", "xfail")


def _has_reason(call: ast.Call) -> bool:
    is_plain_skip = isinstance(call.func, ast.Attribute) and call.func.attr == "skip" and bool(call.args)
    return is_plain_skip or any(keyword.arg == "reason" for keyword in call.keywords)

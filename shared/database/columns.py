"""Inserts rows as columns, a parameter for each: so that the insert can be a part (CTE) of a larger statement."""

from collections.abc import Iterable, Mapping
from typing import Any


def insert_of_columns(table: str, columns: Mapping[str, str]) -> str:
    """The SQL of an insert of rows that `columns_of` gives as parameters. `columns` are names and types."""
    arrays = ", ".join(f"cast(:{table}_{name} as {type}[])" for name, type in columns.items())
    return f"insert into {table} ({', '.join(columns)}) select * from unnest({arrays})"  # noqa: S608 - names of the code


def columns_of(table: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """The parameters of `insert_of_columns`: each column's values, in the order of the rows (at least one)."""
    return {
        f"{table}_{name}": list(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)
    }

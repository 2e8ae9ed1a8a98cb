"""The registry of the ledger's tables, and what their columns share."""

from typing import Any

from sqlalchemy import (
    DateTime,
    text,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class LedgerTable(SQLModel, registry=registry()):
    """A registry of its own: other services may name a table alike."""


def one_of(column: str, values: list[str]) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"


def moment(*, null: bool = False, default: str | None = None) -> Any:
    return Field(
        default=None,
        sa_type=DateTime(timezone=True),  # type: ignore[call-overload]
        nullable=null,
        sa_column_kwargs={"server_default": text(default)} if default else {},
    )

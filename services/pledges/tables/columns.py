"""What the tables are made of: their registry, and columns of three kinds."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, DateTime, Text, text
from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class Table(SQLModel, registry=registry()):
    """The base of this service's tables.

    The registry is its own: another service may have tables of the same names in a test's process.
    """


def text_column(*, nullable: bool = False, default: str | None = None) -> Column[str]:
    """A text; `default`: what it is when it is not said."""
    return Column(Text, nullable=nullable, server_default=text(f"'{default}'") if default else None)


def minor_column(*, default: bool = False, nullable: bool = False) -> Column[int]:
    """An amount of money in minor units; `default`: 0 when it is not said."""
    return Column(BigInteger, nullable=nullable, server_default=text("0") if default else None)


def moment_column(*, default: bool = False, nullable: bool = False) -> Column[datetime]:
    """An instant in UTC; `default`: that of the insert."""
    return Column(
        DateTime(timezone=True), nullable=nullable, server_default=text("now()") if default else None
    )


def one_of(values: type[StrEnum]) -> str:
    """The values of an enumeration, for a check."""
    return ", ".join(f"'{value}'" for value in values)

"""What the tables are made of: their own metadata, and columns of four kinds."""

from typing import Any

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, LargeBinary, MetaData, Text
from sqlmodel import Field, SQLModel


class MembersTable(SQLModel):
    """The tables of this service only: services that run in one process of tests share no metadata."""

    metadata = MetaData()


def instant(*, nullable: bool = False) -> Any:
    """An instant in UTC."""
    return Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=nullable))


def text_column(*, nullable: bool = False) -> Any:
    """A text."""
    return Field(default=None, sa_column=Column(Text, nullable=nullable))


def bytes_column(*, nullable: bool = False) -> Any:
    """Bytes: a hash, or a wrapped key."""
    return Field(default=None, sa_column=Column(LargeBinary, nullable=nullable))


def of_person(table: str, *, ondelete: str | None = "CASCADE") -> ForeignKeyConstraint:
    """The reference of a row to its person; with the person it goes, unless told otherwise."""
    return ForeignKeyConstraint(
        ["person_id"], ["persons.person_id"], name=f"fk_{table}__person_id", ondelete=ondelete
    )

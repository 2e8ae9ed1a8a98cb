"""The tables of imported pledges: which file, and which pledge each of its lines is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlmodel import Field

from services.pledges.tables.columns import Table, minor_column, moment_column, text_column


class PledgeImportRow(Table, table=True):
    """A file that was imported whole; `amount_minor` is what its new pledges sum to."""

    __tablename__ = "pledge_imports"
    __table_args__ = (
        PrimaryKeyConstraint("import_id", name="pk_pledge_imports"),
        UniqueConstraint("file_hash", name="uq_pledge_imports__file_hash"),
    )

    import_id: UUID
    file_hash: str = Field(sa_column=text_column())
    file_name: str = Field(sa_column=text_column())
    line_count: int
    new_count: int
    amount_minor: int = Field(sa_column=minor_column())
    imported_by: UUID | None = None
    imported_at: datetime = Field(sa_column=moment_column())


class PledgeImportLineRow(Table, table=True):
    """A line of a file and its pledge. `row_key` is how it is known again; `is_new`: this line made the pledge."""

    __tablename__ = "pledge_import_lines"
    __table_args__ = (
        PrimaryKeyConstraint("import_id", "line_number", name="pk_pledge_import_lines"),
        ForeignKeyConstraint(
            ["import_id"],
            ["pledge_imports.import_id"],
            name="fk_pledge_import_lines__import_id__pledge_imports",
        ),
        ForeignKeyConstraint(
            ["territory", "pledge_id"],
            ["pledges.territory", "pledges.pledge_id"],
            name="fk_pledge_import_lines__territory_pledge_id__pledges",
        ),
        Index("uq_pledge_import_lines__row_key", "row_key", unique=True, postgresql_where=text("is_new")),
    )

    import_id: UUID
    line_number: int
    territory: str = Field(sa_column=text_column())
    pledge_id: UUID
    row_key: str = Field(sa_column=text_column())
    content_hash: str = Field(sa_column=text_column())
    identifier: str | None = Field(None, sa_column=text_column(nullable=True))
    is_new: bool

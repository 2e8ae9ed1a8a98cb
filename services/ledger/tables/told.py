"""What was told or given out of the books."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    LargeBinary,
    Text,
)
from sqlmodel import Field, PrimaryKeyConstraint

from services.ledger.tables.columns import LedgerTable, moment


class RootOfBooks(LedgerTable, table=True):
    """A day's signed root over every entry so far; only ever added."""

    __tablename__ = "roots"
    __table_args__ = (PrimaryKeyConstraint("number", name="pk_roots"),)

    number: int = Field(sa_type=BigInteger)
    document: str = Field(sa_type=Text)
    signature: bytes = Field(sa_type=LargeBinary)
    public_key: bytes = Field(sa_type=LargeBinary)
    published_at: datetime = moment()


class ExportOfBooks(LedgerTable, table=True):
    """A file that was given out; only ever added."""

    __tablename__ = "exports"
    __table_args__ = (PrimaryKeyConstraint("export_id", name="pk_exports"),)

    export_id: UUID
    year: int
    format: str = Field(sa_type=Text)
    file_name: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    size_bytes: int = Field(sa_type=BigInteger)
    made_by: UUID | None = None
    made_at: datetime = moment()


class Milestone(LedgerTable, table=True):
    """A hundredth of the aim (lane 00), or a territory's first euro (0); only ever added."""

    __tablename__ = "milestones"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "percent", name="pk_milestones"),
        CheckConstraint("percent >= 0", name="ck_milestones__percent"),
    )

    territory: str = Field(sa_type=Text)
    percent: int
    reached_at: datetime = moment()

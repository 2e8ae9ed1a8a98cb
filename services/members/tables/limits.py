"""Counts of what was asked."""

from datetime import datetime

from sqlalchemy import Column, DateTime, Index, LargeBinary, PrimaryKeyConstraint, Text
from sqlmodel import Field

from services.members.tables.columns import MembersTable


class Attempt(MembersTable, table=True):
    """How often something was asked within an hour. The subject is a keyed hash, no address or client."""

    __tablename__ = "attempts"
    __table_args__ = (
        PrimaryKeyConstraint("kind", "subject_hash", "hour_at", name="pk_attempts"),
        Index("ix_attempts__hour_at", "hour_at"),
    )
    kind: str = Field(sa_column=Column(Text, primary_key=True))
    subject_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    hour_at: datetime = Field(sa_column=Column(DateTime(timezone=True), primary_key=True))
    attempts: int

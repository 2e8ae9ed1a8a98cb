"""Roles in a territory."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, PrimaryKeyConstraint, Text, UniqueConstraint, text
from sqlmodel import Field

from services.members.tables.columns import MembersTable, instant, of_person, text_column


class RoleGrant(MembersTable, table=True):
    """A role of a person in a territory, with everybody who took part in granting and withdrawing it."""

    __tablename__ = "role_grants"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "grant_id", name="pk_role_grants"),
        UniqueConstraint("grant_id", name="uq_role_grants__grant_id"),
        of_person("role_grants", ondelete=None),  # who held a role stays known
        Index(
            "uq_role_grants__territory_person_id_role",
            "territory",
            "person_id",
            "role",
            unique=True,
            postgresql_where=text("state <> 'revoked'"),
        ),
        Index("ix_role_grants__person_id", "person_id"),
        CheckConstraint("state in ('waiting', 'active', 'revoked')", name="ck_role_grants__state"),
        CheckConstraint(
            "confirmed_by <> granted_by and confirmed_by <> person_id", name="ck_role_grants__two_persons"
        ),
    )
    territory: str = Field(sa_column=Column(Text, primary_key=True))
    grant_id: UUID = Field(primary_key=True)
    person_id: UUID
    role: str = text_column()
    state: str = text_column()
    order_hash: str = text_column()
    granted_by: UUID | None = None
    granted_at: datetime = instant()
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = instant(nullable=True)
    revoked_by: UUID | None = None
    revoked_at: datetime | None = instant(nullable=True)

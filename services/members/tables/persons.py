"""Persons, what they asked for by joining, and the missions that they were offered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from services.members.tables.columns import MembersTable, bytes_column, instant, of_person, text_column

NOT_AN_ACCOUNT = "state not in ('saver', 'erased')"
"""Savers' addresses are not confirmed and may repeat: each pledge without an account makes its own saver."""


class Person(MembersTable, table=True):
    """A natural person. Erasure clears all that names them, the key too, and leaves the row as tombstone."""

    __tablename__ = "persons"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", name="pk_persons"),
        Index("uq_persons__email", "email", unique=True, postgresql_where=text(NOT_AN_ACCOUNT)),
        Index("ix_persons__territory_state", "territory", "state"),
        CheckConstraint("email = lower(email)", name="ck_persons__email"),
        CheckConstraint(
            "state in ('saver', 'invited', 'pending_email', 'active', 'lapsed', 'resigned', 'excluded',"
            " 'erased')",
            name="ck_persons__state",
        ),
        CheckConstraint(
            "(state = 'erased') = (email is null) and (state = 'erased') = (display_name is null)"
            " and (state = 'erased') = (wrapped_key is null)",
            name="ck_persons__erased",
        ),
        CheckConstraint(
            "state <> 'active' or (joined_at is not null and consent_version is not null)",
            name="ck_persons__consent",
        ),
    )
    person_id: UUID = Field(primary_key=True)
    territory: str = text_column()
    state: str = text_column()
    email: str | None = text_column(nullable=True)
    display_name: str | None = text_column(nullable=True)
    wrapped_key: bytes | None = bytes_column(nullable=True)
    consent_version: str | None = text_column(nullable=True)
    consented_at: datetime | None = instant(nullable=True)
    consent_source: str | None = text_column(nullable=True)
    created_at: datetime = instant()
    joined_at: datetime | None = instant(nullable=True)
    erased_at: datetime | None = instant(nullable=True)


class MembershipRequest(MembersTable, table=True):
    """What one form asked for; its link confirms exactly that, and nothing typed by somebody else later."""

    __tablename__ = "membership_requests"
    __table_args__ = (
        PrimaryKeyConstraint("token_hash", name="pk_membership_requests"),
        of_person("membership_requests"),
        Index("ix_membership_requests__person_id", "person_id"),
    )
    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    person_id: UUID
    territory: str = text_column()
    display_name: str = text_column()
    consent_version: str = text_column()
    consented_at: datetime = instant()
    consent_source: str = text_column()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)


class MemberMission(MembersTable, table=True):
    """A mission offered to a member, and the version of the catalogue that words it."""

    __tablename__ = "member_missions"
    __table_args__ = (
        PrimaryKeyConstraint("territory", "mission_id", name="pk_member_missions"),
        ForeignKeyConstraint(
            ["member_id"], ["persons.person_id"], name="fk_member_missions__member_id", ondelete="CASCADE"
        ),
        UniqueConstraint(
            "member_id", "code", "catalogue_version", name="uq_member_missions__member_id_code_version"
        ),
        CheckConstraint(
            "state in ('offered', 'accepted', 'done', 'declined', 'expired')",
            name="ck_member_missions__state",
        ),
    )
    territory: str = Field(sa_column=Column(Text, primary_key=True))
    mission_id: UUID = Field(primary_key=True)
    member_id: UUID
    code: str = text_column()
    catalogue_version: str = text_column()
    title: str = text_column()
    description: str = text_column()
    state: str = text_column()
    offered_at: datetime = instant()

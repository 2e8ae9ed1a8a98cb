"""What signs a person in, keeps a browser signed in, and signs sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, Index, LargeBinary, PrimaryKeyConstraint, Text
from sqlmodel import Field

from services.members.tables.columns import MembersTable, bytes_column, instant, of_person


class SignInLink(MembersTable, table=True):
    """A link that signs a person in, once."""

    __tablename__ = "sign_in_links"
    __table_args__ = (
        PrimaryKeyConstraint("token_hash", name="pk_sign_in_links"),
        of_person("sign_in_links"),
        Index("ix_sign_in_links__person_id", "person_id"),
    )
    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    person_id: UUID
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)


class SignIn(MembersTable, table=True):
    """One browser that a person signed in with: the family of its refresh tokens."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        PrimaryKeyConstraint("sign_in_id", name="pk_sign_ins"),
        of_person("sign_ins"),
        Index("ix_sign_ins__person_id", "person_id"),
    )
    sign_in_id: UUID = Field(primary_key=True)
    person_id: UUID
    started_at: datetime = instant()
    expires_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)


class RefreshToken(MembersTable, table=True):
    """One refresh token. Each use gives a new one; a second use ends the whole family."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        PrimaryKeyConstraint("token_hash", name="pk_refresh_tokens"),
        ForeignKeyConstraint(
            ["sign_in_id"], ["sign_ins.sign_in_id"], name="fk_refresh_tokens__sign_in_id", ondelete="CASCADE"
        ),
        Index("ix_refresh_tokens__sign_in_id", "sign_in_id"),
    )
    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    sign_in_id: UUID
    used_at: datetime | None = instant(nullable=True)


class SessionKey(MembersTable, table=True):
    """A key that signs sessions: its private half, wrapped. The public half is in `signing_keys`."""

    __tablename__ = "session_keys"
    __table_args__ = (PrimaryKeyConstraint("key_id", name="pk_session_keys"),)
    key_id: str = Field(sa_column=Column(Text, primary_key=True))
    wrapped_private_key: bytes = bytes_column()
    created_at: datetime = instant()
    valid_until: datetime = instant()

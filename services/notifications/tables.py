"""The tables of notifications: recipients (sealed) and letters."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

metadata = MetaData()


class Table(SQLModel, registry=registry(metadata=metadata)):
    """Tables of this service only: other services may use the same names in their own databases."""


class Recipient(Table, table=True):
    """A person we may write to, or may not any more.

    Its row is locked by whoever writes a letter and by whoever brings the contact, so that a letter and its
    contact cannot miss each other. `erased_at` is the tombstone that stops resends from bringing them back.
    """

    __tablename__ = "recipients"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", name="pk_recipients"),
        CheckConstraint(
            "erased_at is null or (wrapped_key is null and sealed_contact is null)",
            name="ck_recipients__erased_leaves_nothing",
        ),
        CheckConstraint(
            "sealed_contact is null or (wrapped_key is not null and contact_at is not null)",
            name="ck_recipients__contact_opens",
        ),
    )

    person_id: UUID
    wrapped_key: bytes | None = Field(sa_column=Column(LargeBinary))
    sealed_contact: str | None = Field(sa_column=Column(Text))
    contact_at: datetime | None = Field(sa_column=Column(DateTime(timezone=True)))
    erased_at: datetime | None = Field(sa_column=Column(DateTime(timezone=True)))


class LetterRow(Table, table=True):
    """One letter. `next_attempt_at` is when it may be taken; for `sending`, when its sender must be dead."""

    __tablename__ = "letters"
    __table_args__ = (
        PrimaryKeyConstraint("letter_id", name="pk_letters"),
        UniqueConstraint("kind", "cause", name="uq_letters__kind_cause"),
        ForeignKeyConstraint(["person_id"], ["recipients.person_id"], name="fk_letters__person_id"),
        CheckConstraint(
            "kind in ('confirmation', 'sign_in', 'welcome', 'pledge_instructions', 'letter_of_intent',"
            " 'payment_thanks', 'payment_returned', 'direct_debit_announced', 'pledge_reminder', 'pledge_expired',"
            " 'receipt_issued', 'receipt_cancelled', 'conditional_pledge', 'funds_called', 'pledge_confirmed')",
            name="ck_letters__kind",
        ),
        CheckConstraint(
            "state in ('due', 'waiting_contact', 'sending', 'sent', 'failed', 'expired')",
            name="ck_letters__state",
        ),
        CheckConstraint("sealed_link is null or state in ('due', 'sending')", name="ck_letters__link_wiped"),
        CheckConstraint("(state = 'sent') = (sent_at is not null)", name="ck_letters__sent_at"),
        Index(
            "ix_letters__outgoing",
            "priority",
            "next_attempt_at",
            postgresql_where=text("state in ('due', 'sending')"),
        ),
        Index(
            "ix_letters__open_by_person",
            "person_id",
            postgresql_where=text("state in ('due', 'waiting_contact', 'sending')"),
        ),
        Index(
            "ix_letters__open_by_expiry",
            "expires_at",
            postgresql_where=text("state in ('due', 'waiting_contact', 'sending')"),
        ),
    )

    letter_id: UUID
    territory: str = Field(sa_column=Column(Text, nullable=False))
    person_id: UUID
    kind: str = Field(sa_column=Column(Text, nullable=False))
    cause: str = Field(sa_column=Column(Text, nullable=False))
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    sealed_link: str | None = Field(sa_column=Column(Text))
    state: str = Field(sa_column=Column(Text, nullable=False))
    priority: int
    attempts: int
    is_resend: bool
    next_attempt_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    expires_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    written_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    sent_at: datetime | None = Field(sa_column=Column(DateTime(timezone=True)))
    reason: str | None = Field(sa_column=Column(Text))

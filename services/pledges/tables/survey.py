"""The tables of the savers' survey: answers under way and sent, free texts apart, counts, and what was published."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.pledges.tables.columns import Table, minor_column, moment_column, text_column


class SurveyResponseRow(Table, table=True):
    """One person's answers under one version, with the consent to keep them (RGPD art. 7). Without free texts.

    `person_id` is there only for a member who chose to answer as such. The id opens the answers: it is random.
    """

    __tablename__ = "survey_responses"
    __table_args__ = (
        PrimaryKeyConstraint("response_id", name="pk_survey_responses"),
        CheckConstraint("consent_source in ('page', 'api')", name="ck_survey_responses__consent_source"),
        Index(
            "uq_survey_responses__version_person_id",
            "version",
            "person_id",
            unique=True,
            postgresql_where=text("person_id is not null"),
        ),
        Index(
            "ix_survey_responses__unfinished",
            "version",
            "changed_at",
            postgresql_where=text("completed_at is null"),
        ),
        Index("ix_survey_responses__version_completed_at", "version", "completed_at"),
    )

    response_id: UUID
    version: str = Field(sa_column=text_column())
    person_id: UUID | None = None
    answers: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    consent_version: str = Field(sa_column=text_column())
    consent_source: str = Field(sa_column=text_column())
    consented_at: datetime = Field(sa_column=moment_column())
    changed_at: datetime = Field(sa_column=moment_column())
    completed_at: datetime | None = Field(None, sa_column=moment_column(nullable=True))


class SurveyTextRow(Table, table=True):
    """A free text, which is read by operators and never published.

    Its own random id is the order in which texts are read: neither the id of the answers, which would open them, nor
    their time shows.
    """

    __tablename__ = "survey_texts"
    __table_args__ = (
        PrimaryKeyConstraint("text_id", name="pk_survey_texts"),
        UniqueConstraint("response_id", "question_id", name="uq_survey_texts__response_id_question_id"),
        ForeignKeyConstraint(
            ["response_id"],
            ["survey_responses.response_id"],
            name="fk_survey_texts__response_id__survey_responses",
            ondelete="CASCADE",
        ),
    )

    text_id: UUID
    response_id: UUID
    question_id: str = Field(sa_column=text_column())
    content: str = Field(sa_column=text_column())


class SurveyCountRow(Table, table=True):
    """How many sent answers chose an option in a territory (`00`: where none was said).

    An empty `option_id` counts those who answered the question, an empty `question_id` those who sent their answers;
    `crossed_option_id` is the horizon's option of an offered amount, else empty.
    """

    __tablename__ = "survey_counts"
    __table_args__ = (
        PrimaryKeyConstraint(
            "territory", "version", "question_id", "option_id", "crossed_option_id", name="pk_survey_counts"
        ),
        CheckConstraint("responses >= 0", name="ck_survey_counts__responses"),
    )

    territory: str = Field(sa_column=text_column())
    version: str = Field(sa_column=text_column())
    question_id: str = Field(sa_column=text_column())
    option_id: str = Field(sa_column=text_column())
    crossed_option_id: str = Field(sa_column=text_column())
    responses: int = Field(sa_column=minor_column())


class SurveyRestitutionRow(Table, table=True):
    """Results as they were published: their words and figures, who signs them, and which operator did it.

    `counts` are never shown: all that there were then, as lists of a cell's four ids and its number. A later
    restitution shows no group that moved by few since.
    """

    __tablename__ = "survey_restitutions"
    __table_args__ = (
        PrimaryKeyConstraint("restitution_id", name="pk_survey_restitutions"),
        Index("ix_survey_restitutions__published_at", "published_at"),
    )

    restitution_id: UUID
    version: str = Field(sa_column=text_column())
    responses: int = Field(sa_column=minor_column())
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    counts: list[Any] = Field(sa_column=Column(JSONB, nullable=False))
    signature: str = Field(sa_column=text_column())
    note: str = Field(sa_column=text_column())
    published_by: UUID
    published_at: datetime = Field(sa_column=moment_column())

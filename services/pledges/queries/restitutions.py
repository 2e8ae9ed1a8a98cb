"""Reads of the survey's counts and of what was published of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.survey.tallying import Cell
from services.pledges.queries.survey_results import SurveyResults
from shared.database import Work

LICENCE = "Licence Ouverte 2.0 (Etalab), source : Opération Milliard, Enquête Épargnants"
"""What whoever uses the figures again must say (https://www.etalab.gouv.fr/licence-ouverte-open-licence)."""


class RestitutionLine(BaseModel):
    """One restitution of a list."""

    restitution_id: UUID
    version: str
    responses: int
    signature: str
    published_at: datetime


class Restitution(RestitutionLine):
    """Results as they were published on a day, with the method in the words of who signs them."""

    note: str
    licence: str = LICENCE
    content: SurveyResults


async def counts_of(work: Work, version: str) -> dict[Cell, int]:
    """All counts of a version: some ten thousand rows at most, however many persons answered."""
    rows = await work.execute(
        """
        select territory, question_id, option_id, crossed_option_id, responses from survey_counts
        where version = :version and responses > 0
        """,
        version=version,
    )
    return {Cell(*row[:4]): row[4] for row in rows}


async def counts_before(work: Work, version: str) -> list[dict[Cell, int]]:
    """The counts behind each restitution of a version, small ones too, the oldest first. They are never shown."""
    rows = await work.execute(
        "select counts from survey_restitutions where version = :version order by published_at, restitution_id",
        version=version,
    )
    return [{Cell(*cell): responses for *cell, responses in counts} for counts in rows.scalars()]


async def restitutions(work: Work) -> list[RestitutionLine]:
    """All of them, the newest first: a handful a year."""
    rows = await work.execute(
        """
        select restitution_id, version, responses, signature, published_at from survey_restitutions
        order by published_at desc, restitution_id
        """
    )
    return [RestitutionLine.model_validate(dict(row)) for row in rows.mappings()]


async def restitution_by_id(work: Work, restitution_id: UUID) -> Restitution | None:
    return await _one(work, "restitution_id = :id", id=restitution_id)


async def newest_restitution(work: Work, version: str | None = None) -> Restitution | None:
    """The last one published, of a version or of any."""
    if version is None:
        return await _one(work, "true")
    return await _one(work, "version = :version", version=version)


async def _one(work: Work, condition: str, **parameters: Any) -> Restitution | None:
    found = await work.execute(
        f"""
        select restitution_id, version, responses, signature, published_at, note, content
        from survey_restitutions where {condition} order by published_at desc, restitution_id limit 1
        """,  # noqa: S608 - conditions of the code
        **parameters,
    )
    row = found.mappings().first()
    return Restitution.model_validate(dict(row)) if row else None

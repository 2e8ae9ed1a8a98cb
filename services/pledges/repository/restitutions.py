"""Restitutions of the survey: added, never changed."""

import json
from collections.abc import Mapping
from uuid import UUID

from services.pledges.domain.survey.tallying import Cell
from services.pledges.queries.restitutions import Restitution
from shared.database import Work


async def lock_restitutions(work: Work) -> None:
    """One is published after the other: each is compared with those before it."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended('survey restitutions', 5))")


async def add_restitution(
    work: Work, restitution: Restitution, *, counts: Mapping[Cell, int], published_by: UUID
) -> None:
    """Keep a restitution as it is, and the counts behind it for later ones to be compared with."""
    await work.execute(
        """
        insert into survey_restitutions (restitution_id, version, responses, content, counts, signature, note,
            published_by, published_at)
        values (:id, :version, :responses, cast(:content as jsonb), cast(:counts as jsonb), :signature, :note,
            :by, :now)
        """,
        id=restitution.restitution_id,
        version=restitution.version,
        responses=restitution.responses,
        content=restitution.content.model_dump_json(),
        counts=json.dumps([[*cell, responses] for cell, responses in sorted(counts.items())]),
        signature=restitution.signature,
        note=restitution.note,
        by=published_by,
        now=restitution.published_at,
    )

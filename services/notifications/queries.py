"""Reads for operators: how many letters stand where. No address can be among them: none is in clear."""

from datetime import datetime

from pydantic import BaseModel

from services.notifications.domain import LetterKind, LetterState
from shared.database import Work


class LetterCount(BaseModel):
    """Letters of one kind in one state; `oldest_written_at` shows what is stuck."""

    kind: LetterKind
    state: LetterState
    count: int
    oldest_written_at: datetime


async def count_letters(work: Work) -> list[LetterCount]:
    rows = await work.execute(
        "select kind, state, count(*) as count, min(written_at) as oldest_written_at"
        " from letters group by kind, state order by kind, state"
    )
    return [LetterCount.model_validate(dict(row._mapping)) for row in rows]

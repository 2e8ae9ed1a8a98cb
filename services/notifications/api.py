"""HTTP: where the letters stand, for operators."""

from fastapi import APIRouter
from pydantic import BaseModel

from services.notifications.queries import LetterCount, count_letters
from shared.identity import Role, allow
from shared.runtime import Transaction

router = APIRouter(prefix="/api/notifications", tags=["letters"])


class LetterCounts(BaseModel):
    """All letters, by kind and state."""

    letters: list[LetterCount]


@router.get("/letters", dependencies=[allow(Role.NATIONAL_OPERATOR, local_key=True)])
async def list_letter_counts(work: Transaction) -> LetterCounts:
    """How many letters of each kind are due, waiting for a contact, sent, failed or expired."""
    return LetterCounts(letters=await count_letters(work))

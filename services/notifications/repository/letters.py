"""Writes new letters."""

from collections.abc import Sequence

from pydantic_core import to_json

from services.notifications.domain import LINK_KINDS, Letter, LetterState
from shared.database import Work
from shared.values import new_id


async def add_letters(work: Work, letters: Sequence[tuple[Letter, LetterState]]) -> int:
    """Insert letters; one whose kind and cause are there already is left out. Returns how many are new."""
    inserted = await work.execute(
        """
        insert into letters (letter_id, territory, person_id, kind, cause, content, sealed_link, state,
            priority, next_attempt_at, expires_at, written_at)
        select id, territory, person, kind, cause, content, sealed, state, priority, :now, expires, :now
        from unnest(
            cast(:ids as uuid[]), cast(:territories as text[]), cast(:persons as uuid[]),
            cast(:kinds as text[]), cast(:causes as text[]), cast(:contents as jsonb[]),
            cast(:sealed as text[]), cast(:states as text[]), cast(:priorities as integer[]),
            cast(:expiries as timestamptz[])
        ) as given (id, territory, person, kind, cause, content, sealed, state, priority, expires)
        on conflict on constraint uq_letters__kind_cause do nothing
        """,
        now=work.now,
        ids=[new_id() for _ in letters],
        territories=[letter.territory for letter, _ in letters],
        persons=[letter.person_id for letter, _ in letters],
        kinds=[letter.kind.value for letter, _ in letters],
        causes=[letter.cause for letter, _ in letters],
        contents=[to_json(letter.content).decode() for letter, _ in letters],
        sealed=[letter.sealed_link for letter, _ in letters],
        states=[state.value for _, state in letters],
        priorities=[0 if letter.kind in LINK_KINDS else 1 for letter, _ in letters],
        expiries=[letter.expires_at for letter, _ in letters],
    )
    return inserted.rowcount

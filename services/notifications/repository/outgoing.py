"""Letters on their way out: taken by one sender, then sent, put back or closed.

A letter is `sending` in a committed transaction before the mail server hears of it. One whose sender died is
taken once more, with the same Message-ID; if that sender dies too, the letter is closed: never a third copy.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.notifications.domain import LetterState
from shared.database import Work

_CLAIM = """
with outgoing as (
    select letter_id from letters
    where state in ('due', 'sending') and next_attempt_at <= :now and expires_at > :now
    order by priority, next_attempt_at limit :at_most for update skip locked
), taken as (
    update letters set state = 'sending', attempts = attempts + 1, is_resend = (state = 'sending'),
        next_attempt_at = :held_until
    from outgoing where letters.letter_id = outgoing.letter_id
    returning letters.letter_id, territory, person_id, kind, content, sealed_link, attempts, priority,
        written_at
)
select taken.*, wrapped_key, sealed_contact from taken join recipients using (person_id)
order by priority, written_at, letter_id
"""


async def claim_letters(work: Work, *, at_most: int, held_for: timedelta) -> Sequence[Any]:
    """Take letters that are due for sending, with their recipients; nobody else takes them for `held_for`."""
    await work.execute(
        "update letters set state = 'failed', reason = 'interrupted_twice', sealed_link = null"
        " where state = 'sending' and is_resend and next_attempt_at <= :now",
        now=work.now,
    )
    rows = await work.execute(_CLAIM, now=work.now, at_most=at_most, held_until=work.now + held_for)
    return rows.all()


async def close_letter(
    work: Work, letter_id: UUID, *, attempts: int, state: LetterState, reason: str | None = None
) -> None:
    """Say what became of a letter that we held as attempt `attempts`; its link is wiped."""
    await work.execute(
        "update letters set state = :state, reason = :reason, sealed_link = null,"
        " sent_at = case when :state = 'sent' then cast(:now as timestamptz) end"
        " where letter_id = :id and state = 'sending' and attempts = :attempts",
        id=letter_id,
        attempts=attempts,
        state=state.value,
        reason=reason,
        now=work.now,
    )


async def put_back(
    work: Work, letters: Iterable[Any], *, next_attempt_at: datetime, reason: str | None, counted: bool
) -> None:
    """Give letters that we hold back to the queue; an attempt that reached no server is not counted."""
    held = list(letters)
    await work.execute(
        "update letters set state = 'due', next_attempt_at = :at, reason = coalesce(:reason, reason),"
        " attempts = letters.attempts - :uncounted"
        " from unnest(cast(:ids as uuid[]), cast(:attempts as integer[])) as held (id, attempts)"
        " where letter_id = held.id and state = 'sending' and letters.attempts = held.attempts",
        ids=[letter.letter_id for letter in held],
        attempts=[letter.attempts for letter in held],
        at=next_attempt_at,
        reason=reason,
        uncounted=0 if counted else 1,
    )


async def expire_letters(work: Work) -> int:
    """Close what is too old to be news: links past their time, letters without contact. Returns how many."""
    expired = await work.execute(
        "update letters set state = 'expired', sealed_link = null,"
        " reason = case state when 'waiting_contact' then 'no_contact' else 'too_late' end"
        " where state in ('due', 'waiting_contact', 'sending') and expires_at <= :now"
        " and (state <> 'sending' or next_attempt_at <= :now)",
        now=work.now,
    )
    return expired.rowcount

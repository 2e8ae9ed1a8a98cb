"""Writes letters: each fact causes one, however often it is told."""

from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import event

from services.notifications import repository
from services.notifications.domain import LINK_KINDS, Letter, LetterState
from shared.database import Work

log = structlog.get_logger(__name__)


async def write_letters(work: Work, letters: Sequence[Letter]) -> None:
    """Write letters to persons; one whose person has no contact yet waits for it, an erased one gets none."""
    if not letters:
        return
    recipients = await repository.lock_recipients(work, (letter.person_id for letter in letters))
    written = [
        (letter, _state_of(letter, has_contact=recipients[letter.person_id].has_contact))
        for letter in letters
        if not recipients[letter.person_id].is_erased
    ]
    if written:
        count = await repository.add_letters(work, written)
        territories = sorted({letter.territory for letter, _ in written})
        log.info("letters_written", count=count, territories=territories)


def _state_of(letter: Letter, *, has_contact: bool) -> LetterState:
    return LetterState.DUE if has_contact or letter.kind in LINK_KINDS else LetterState.WAITING_CONTACT


def wake_after_commit(work: Work, wake: Callable[[], None]) -> None:
    """Call `wake` once what this transaction wrote can be seen; a savepoint's end may wake once too early."""
    event.listen(work.session.sync_session, "after_commit", lambda _: wake())

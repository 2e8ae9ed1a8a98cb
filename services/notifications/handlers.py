"""What notifications hears: facts on the territories' lanes, sealed ones on stream `PERSONAL`."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from services.notifications import operations
from services.notifications.domain import LetterKind
from services.notifications.operations import PersonKeys, wake_after_commit
from services.notifications.operations.letter_about import SAYING, letter_about
from shared.bus import Handlers
from shared.database import Work
from shared.events import Heard
from shared.events.members import ConfirmationRequested, ContactRecorded, SignInRequested


def lane_handlers(*, waiting: timedelta, wake: Callable[[], None]) -> Handlers:
    """The territories' lanes. `waiting` is how long a letter may wait for a contact."""
    handlers = Handlers()

    @handlers.hears(*SAYING)
    async def write(work: Work, batch: Sequence[Heard[Any]]) -> None:
        letters = [letter_about(heard.event, now=work.now, waiting=waiting) for heard in batch]
        await operations.write_letters(work, letters)
        wake_after_commit(work, wake)

    return handlers


def personal_handlers(*, keys: PersonKeys, wake: Callable[[], None]) -> Handlers:
    """Stream `PERSONAL`: what members seals for us."""
    handlers = Handlers()

    @handlers.hears(ContactRecorded)
    async def keep_contacts(work: Work, batch: Sequence[Heard[ContactRecorded]]) -> None:
        await operations.keep_contacts(work, keys, batch)
        wake_after_commit(work, wake)

    @handlers.hears(ConfirmationRequested)
    async def ask_to_confirm(work: Work, batch: Sequence[Heard[ConfirmationRequested]]) -> None:
        await operations.write_link_letters(work, keys, batch, kind=LetterKind.CONFIRMATION)
        wake_after_commit(work, wake)

    @handlers.hears(SignInRequested)
    async def send_sign_in_links(work: Work, batch: Sequence[Heard[SignInRequested]]) -> None:
        await operations.write_link_letters(work, keys, batch, kind=LetterKind.SIGN_IN)
        wake_after_commit(work, wake)

    return handlers

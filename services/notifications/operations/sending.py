"""Sends a letter: opens the address at the last moment, and settles what the mail server answered."""

from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag

from services.notifications import repository
from services.notifications.domain import LetterKind, LetterState, SendingFailed, pause_after
from services.notifications.formats.mail import Writer, compose
from services.notifications.operations.person_keys import PersonKeys
from services.notifications.writing import Writing
from shared.database import Work
from shared.events import PersonalEvent
from shared.events.members import (
    ConfirmationRequested,
    Contact,
    ContactRecorded,
    Link,
    SignInRequested,
)
from shared.personal import SealBroken, unseal

log = structlog.get_logger(__name__)

LINK_EVENTS: Mapping[LetterKind, type[PersonalEvent]] = {
    LetterKind.CONFIRMATION: ConfirmationRequested,
    LetterKind.SIGN_IN: SignInRequested,
}


class Sending:
    """Makes the message of a letter that was taken (a row of `claim_letters`)."""

    def __init__(self, *, keys: PersonKeys, writing: Writing, writer: Writer) -> None:
        self._keys = keys
        self._writing = writing
        self._writer = writer

    def message_for(self, letter: Any) -> EmailMessage:
        """The message, to the address that the person has now. Raises SendingFailed."""
        kind = LetterKind(letter.kind)
        contact, link_facts = self._open(kind, letter)
        body = self._writing.write(
            kind,
            display_name=contact.display_name,
            territory_code=letter.territory,
            content={**letter.content, **link_facts},
        )
        return compose(
            writer=self._writer,
            letter_id=letter.letter_id,
            email=contact.email,
            display_name=contact.display_name,
            body=body,
            written_at=letter.written_at,
        )

    def _open(self, kind: LetterKind, letter: Any) -> tuple[Contact | Link, dict[str, Any]]:
        event = LINK_EVENTS.get(kind, ContactRecorded)
        sealed = letter.sealed_link if kind in LINK_EVENTS else letter.sealed_contact
        if letter.wrapped_key is None or sealed is None:
            raise SendingFailed("erased", for_good=True)
        try:
            key = self._keys.unwrap(letter.wrapped_key, person_id=letter.person_id)
            opened = unseal(key=key, person_id=letter.person_id, type=event.type, sealed=sealed)
        except (InvalidTag, SealBroken):  # the service's secret is another one: its operator can put it right
            raise SendingFailed("key_does_not_open", for_good=False) from None
        if kind not in LINK_EVENTS:
            return Contact.model_validate_json(opened), {}
        link = Link.model_validate_json(opened)
        return link, {"url": link.url, "expires_at": link.expires_at}


async def close_sent(work: Work, letter: Any) -> None:
    """The mail server took it over."""
    await repository.close_letter(work, letter.letter_id, attempts=letter.attempts, state=LetterState.SENT)
    log.info("letter_sent", **_named(letter))


async def settle_failure(work: Work, letter: Any, failed: SendingFailed, *, attempts: int) -> None:
    """Let the letter rest before its next attempt, or give it up: refused for good, or too often."""
    if failed.for_good or letter.attempts >= attempts:
        await repository.close_letter(
            work, letter.letter_id, attempts=letter.attempts, state=LetterState.FAILED, reason=failed.reason
        )
        log.warning("letter_given_up", reason=failed.reason, **_named(letter))
        return
    pause = pause_after(letter.attempts)
    await repository.put_back(
        work, [letter], next_attempt_at=work.now + pause, reason=failed.reason, counted=True
    )
    log.info(
        "letter_refused_for_now",
        reason=failed.reason,
        pause_seconds=int(pause.total_seconds()),
        **_named(letter),
    )


async def put_back_unsent(work: Work, letters: Iterable[Any]) -> None:
    """Nothing was tried with these: they are due as before."""
    await repository.put_back(work, letters, next_attempt_at=work.now, reason=None, counted=False)


def _named(letter: Any) -> dict[str, Any]:
    return {
        "letter_id": str(letter.letter_id),
        "kind": letter.kind,
        "territory": letter.territory,
        "attempts": letter.attempts,
    }

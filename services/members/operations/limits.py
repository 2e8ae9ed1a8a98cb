"""Counts what is asked, by hour: forms from one client, letters to one address. Counts are in the database,
so that they hold over replicas and restarts."""

from typing import Annotated

from fastapi import Depends, Request

from services.members.domain.limits import TooManyRequests
from services.members.operations.vault import Vault
from services.members.settings import Settings
from shared.database import Work

FORMS = "forms_of_client"
LETTERS = "letters_to_address"


def _client_of(request: Request) -> str:
    """The client's network address as our gateway saw it: the last hop. Earlier ones are anybody's word."""
    forwarded = request.headers.get("x-forwarded-for", "").rsplit(",", 1)[-1].strip()
    return forwarded or (request.client.host if request.client else "")


ClientAddress = Annotated[str, Depends(_client_of)]
"""Who sends a form, by network address. It is counted as a keyed hash and never stored or logged."""


async def admit_client(work: Work, *, settings: Settings, client: str) -> None:
    """Count one form of a client. Raises TooManyRequests over the limit."""
    if await _count(work, settings=settings, kind=FORMS, subject=client) > settings.forms_per_client_per_hour:
        raise TooManyRequests


async def may_write_to(work: Work, *, settings: Settings, email: str) -> bool:
    """Count one letter that a form makes us send. Past the limit none leaves, and the answer is the same."""
    sent = await _count(work, settings=settings, kind=LETTERS, subject=email)
    return sent <= settings.letters_per_address_per_hour


async def _count(work: Work, *, settings: Settings, kind: str, subject: str) -> int:
    counted = await work.execute(
        """
        insert into attempts (kind, subject_hash, hour_at, attempts)
        values (:kind, :subject, date_trunc('hour', cast(:now as timestamptz)), 1)
        on conflict (kind, subject_hash, hour_at) do update set attempts = attempts.attempts + 1
        returning attempts
        """,
        kind=kind,
        subject=Vault(settings.secret).fingerprint(f"{kind}:{subject}"),
        now=work.now,
    )
    return int(counted.scalar_one())

"""Removes what has served: old counts, links, sessions, and addresses that nobody confirmed."""

from datetime import timedelta

from services.members.domain.membership import Standing
from services.members.settings import Settings
from shared.database import Work

KEPT_LINKS = timedelta(days=7)
"""A used link stays for a week, so that a question about it can be answered; then it is unknown."""


async def tidy(work: Work, *, settings: Settings) -> None:
    """Remove in one transaction everything that is past its use. Running it twice changes nothing more."""
    await work.execute("delete from attempts where hour_at < :before", before=work.now - timedelta(hours=2))
    for table in ("sign_in_links", "membership_requests"):
        await work.execute(f"delete from {table} where expires_at < :before", before=work.now - KEPT_LINKS)  # noqa: S608
    await work.execute("delete from sign_ins where expires_at < :now", now=work.now)
    await work.execute("delete from session_keys where valid_until < :now", now=work.now)
    await work.execute("delete from signing_keys where valid_until < :now", now=work.now)
    await work.execute(
        """
        delete from persons
        where state = :pending and created_at < :before
          and not exists (
              select from membership_requests r
              where r.person_id = persons.person_id and r.expires_at > :now
          )
        """,
        pending=Standing.PENDING_EMAIL.value,
        before=work.now - timedelta(days=settings.pending_days),
        now=work.now,
    )

"""Claim links: one is open for a line at a time."""

from datetime import datetime
from uuid import UUID

from shared.database import Work


async def replace_claim(
    work: Work, *, token_hash: bytes, line_id: UUID, made_by: UUID, expires_at: datetime
) -> None:
    """Open a link for a locked line; an earlier one ends."""
    await work.execute(
        "update claims set ended_at = :now where line_id = :line_id and ended_at is null",
        line_id=line_id,
        now=work.now,
    )
    await work.execute(
        "insert into claims (token_hash, line_id, made_by, made_at, expires_at)"
        " values (:token_hash, :line_id, :made_by, :now, :expires_at)",
        token_hash=token_hash,
        line_id=line_id,
        made_by=made_by,
        expires_at=expires_at,
        now=work.now,
    )


async def line_claimed_by(work: Work, token_hash: bytes) -> UUID | None:
    """The line of an open link."""
    found = await work.execute(
        "select line_id from claims where token_hash = :hash and ended_at is null and expires_at > :now",
        hash=token_hash,
        now=work.now,
    )
    line_id: UUID | None = found.scalar()
    return line_id


async def end_claim(work: Work, token_hash: bytes, *, allocation_id: UUID) -> bool:
    """Whether the link was open until now; its line is locked."""
    ended = await work.execute(
        "update claims set ended_at = :now, allocation_id = :allocation"
        " where token_hash = :hash and ended_at is null and expires_at > :now",
        hash=token_hash,
        allocation=allocation_id,
        now=work.now,
    )
    return bool(ended.rowcount)

"""Organisations that issue tax receipts, and the switch of their right."""

from collections.abc import Sequence
from uuid import UUID

from services.pledges.domain.receipt_issuer import Mentions, Right
from shared.database import Work


async def add_issuer(
    work: Work, *, issuer_id: UUID, mentions: Mentions, ibans: Sequence[str], by: UUID
) -> None:
    """Add an issuer whose right is off."""
    await work.execute(
        """
        insert into receipt_issuers (issuer_id, registration, name, street, postal_code, city, object, quality,
            for_wealth_tax, signatory_name, signatory_role, ibans, created_by, created_at)
        values (:issuer_id, :registration, :name, :street, :postal_code, :city, :object, :quality,
            :for_wealth_tax, :signatory_name, :signatory_role, cast(:ibans as text[]), :by, :now)
        """,
        issuer_id=issuer_id,
        ibans=list(ibans),
        by=by,
        now=work.now,
        **mentions._asdict(),
    )


async def lock_issuers(work: Work) -> None:
    """One change of a right at a time; who reads them goes on."""
    await work.execute("lock table receipt_issuers in share row exclusive mode")


async def switch_on(work: Work, *, issuer_id: UUID, right: Right, by: UUID) -> bool:
    """Whether the right was switched on; False when it was on or had been before."""
    done = await work.execute(
        """
        update receipt_issuers
        set ground = :ground, first_on = :first_on, last_on = :last_on, switched_on_by = :by, switched_on_at = :now
        where issuer_id = :issuer_id and switched_on_at is null
        """,
        issuer_id=issuer_id,
        by=by,
        now=work.now,
        **right._asdict(),
    )
    return bool(done.rowcount)


async def switch_off(work: Work, *, issuer_ids: Sequence[UUID], by: UUID) -> bool:
    """Whether a right was switched off; False when none of them was on."""
    done = await work.execute(
        """
        update receipt_issuers set switched_off_by = :by, switched_off_at = :now
        where issuer_id = any(cast(:issuer_ids as uuid[])) and switched_on_at is not null and switched_off_at is null
        """,
        issuer_ids=list(issuer_ids),
        by=by,
        now=work.now,
    )
    return bool(done.rowcount)


async def discard_issuer(work: Work, issuer_id: UUID) -> bool:
    """Whether an issuer was taken away: only one whose right was never on."""
    done = await work.execute(
        "delete from receipt_issuers where issuer_id = :issuer_id and switched_on_at is null",
        issuer_id=issuer_id,
    )
    return bool(done.rowcount)

"""Treasurers' words on payments: one stands at a time, those that were taken back are kept."""

from uuid import UUID, uuid4

from shared.database import Work


async def add_ruling(work: Work, payment_id: UUID, *, counts: bool, reason: str | None, by: UUID) -> None:
    """Keep a word on a payment of which none stands."""
    await work.execute(
        """
        insert into payment_rulings (ruling_id, payment_id, counts, reason, ruled_by, ruled_at)
        values (:ruling_id, :payment_id, :counts, :reason, :by, :now)
        """,
        ruling_id=uuid4(),
        payment_id=payment_id,
        counts=counts,
        reason=reason,
        by=by,
        now=work.now,
    )


async def take_back_ruling(work: Work, payment_id: UUID, *, by: UUID) -> bool:
    """Whether a word stood on this payment, which stands no more."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended(:id, 0))", id=str(payment_id))
    done = await work.execute(
        """
        update payment_rulings set taken_back_by = :by, taken_back_at = :now
        where payment_id = :payment_id and taken_back_at is null
        """,
        payment_id=payment_id,
        by=by,
        now=work.now,
    )
    return bool(done.rowcount)

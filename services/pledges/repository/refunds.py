"""Refunds: ordered, confirmed, cancelled one by one; recognised by the set.

Their pledge is locked before them, as by everybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.pledges.domain.reconciliation import ExpectedRefund
from services.pledges.domain.refund import Refund, RefundState
from shared.database import Work

_FIELDS = """refund_id, territory, pledge_id, payment_id, amount_minor, currency, payee_name, payee_iban, reason,
    ordered_by, state, confirmed_by, line_id"""


async def add_refund(work: Work, refund: Refund) -> None:
    await work.execute(
        f"""
        insert into refunds ({_FIELDS}, end_to_end_id, ordered_at)
        values (:refund_id, :territory, :pledge_id, :payment_id, :amount_minor, :currency, :payee_name, :payee_iban,
            :reason, :ordered_by, :state, :confirmed_by, :line_id, :end_to_end_id, :now)
        """,  # noqa: S608 - names of columns
        refund_id=refund.refund_id,
        territory=refund.territory,
        pledge_id=refund.pledge_id,
        payment_id=refund.payment_id,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        payee_name=refund.payee_name,
        payee_iban=refund.payee_iban,
        reason=refund.reason,
        ordered_by=refund.ordered_by,
        state=refund.state,
        confirmed_by=refund.confirmed_by,
        line_id=refund.line_id,
        end_to_end_id=refund.end_to_end_id,
        now=work.now,
    )


async def pledge_of_refund(work: Work, refund_id: UUID) -> UUID | None:
    """The pledge to lock before the refund."""
    found = await work.execute("select pledge_id from refunds where refund_id = :id", id=refund_id)
    pledge_id: UUID | None = found.scalar()
    return pledge_id


async def lock_refund(work: Work, refund_id: UUID) -> Refund:
    """A refund that exists."""
    found: Any = await work.execute(
        f"select {_FIELDS} from refunds where refund_id = :id for update",  # noqa: S608 - names of columns
        id=refund_id,
    )
    return _refund(found.mappings().one())


async def waiting_like(work: Work, wanted: Refund) -> Refund | None:
    """The order of the same person that waits for its confirmation, of the same payment, amount and account."""
    found: Any = await work.execute(
        f"""
        select {_FIELDS} from refunds
        where payment_id = :payment_id and state = 'ordered' and amount_minor = :amount_minor
            and payee_iban = :payee_iban and ordered_by = :ordered_by
        order by ordered_at limit 1
        """,  # noqa: S608 - names of columns
        payment_id=wanted.payment_id,
        amount_minor=wanted.amount_minor,
        payee_iban=wanted.payee_iban,
        ordered_by=wanted.ordered_by,
    )
    row = found.mappings().one_or_none()
    return _refund(row) if row else None


async def save_confirmation(work: Work, refund: Refund) -> None:
    await work.execute(
        "update refunds set state = :state, confirmed_by = :by, confirmed_at = :now where refund_id = :id",
        id=refund.refund_id,
        state=refund.state,
        by=refund.confirmed_by,
        now=work.now,
    )


async def save_cancellation(work: Work, refund: Refund, *, by: UUID, reason: str) -> None:
    await work.execute(
        "update refunds set state = :state, cancelled_by = :by, cancelled_at = :now, cancellation_reason = :reason"
        " where refund_id = :id",
        id=refund.refund_id,
        state=refund.state,
        by=by,
        reason=reason or None,
        now=work.now,
    )


async def open_minor(work: Work, payment_id: UUID, *, but: UUID | None = None) -> int:
    """What refunds under way hold of a payment, `but` one of them; its pledge is locked."""
    found = await work.execute(
        "select coalesce(sum(amount_minor), 0)::bigint from refunds where payment_id = :payment"
        " and state in ('ordered', 'confirmed') and refund_id is distinct from cast(:but as uuid)",
        payment=payment_id,
        but=but,
    )
    held: int = found.scalar()
    return held


async def pledges_refunded_with(work: Work, *, end_to_end_ids: Sequence[str]) -> list[UUID]:
    """The pledges whose refunds bear one of these EndToEndIds."""
    if not end_to_end_ids:
        return []
    rows = await work.execute(
        "select pledge_id from refunds where end_to_end_id = any(cast(:ids as text[]))", ids=end_to_end_ids
    )
    return list(rows.scalars())


async def lock_expected_refunds(work: Work, *, end_to_end_ids: Sequence[str]) -> list[ExpectedRefund]:
    """The refunds with one of these EndToEndIds that the bank may have been told, locked; so are their pledges."""
    if not end_to_end_ids:
        return []
    rows = await work.execute(
        """
        select refund_id, payment_id, end_to_end_id, amount_minor, currency, line_id from refunds
        where end_to_end_id = any(cast(:ids as text[])) and state in ('confirmed', 'debited')
        order by refund_id for update
        """,
        ids=end_to_end_ids,
    )
    return [ExpectedRefund(**row) for row in rows.mappings()]


async def save_refund_debits(work: Work, refunds: Iterable[ExpectedRefund]) -> None:
    """Write which line showed each."""
    for refund in refunds:  # a statement shows a few: they are confirmed by hand
        await work.execute(
            "update refunds set state = 'debited', line_id = :line where refund_id = :id",
            line=refund.line_id,
            id=refund.refund_id,
        )


def _refund(row: Mapping[str, Any]) -> Refund:
    return Refund(**{**row, "state": RefundState(row["state"])})

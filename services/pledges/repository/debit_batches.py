"""Batches of direct debits and what becomes of their collections, written by the set."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.collection import BatchState, Timetable
from shared.database import Work

COLLECTIONS = (
    "territory",
    "collection_id",
    "batch_id",
    "mandate_id",
    "pledge_id",
    "amount_minor",
    "currency",
    "period",
    "end_to_end_id",
    "state",
)


class Batch(NamedTuple):
    """A batch that is locked."""

    batch_id: UUID
    state: BatchState
    payment_information_id: str
    creditor_id: str
    announced_on: date
    sendable_from: date
    send_by: date
    collect_on: date
    file_id: UUID | None


async def add_batch(
    work: Work,
    batch_id: UUID,
    days: Timetable,
    *,
    payment_information_id: str,
    creditor_id: str,
    prepared_by: UUID | None,
) -> None:
    await work.execute(
        """
        insert into debit_batches (batch_id, state, payment_information_id, creditor_id, currency, announced_on,
            sendable_from, send_by, collect_on, prepared_by, prepared_at)
        values (:batch_id, 'prepared', :payment_information_id, :creditor_id, 'EUR', :announced_on,
            :sendable_from, :send_by, :collect_on, :prepared_by, :now)
        """,
        batch_id=batch_id,
        payment_information_id=payment_information_id,
        creditor_id=creditor_id,
        prepared_by=prepared_by,
        now=work.now,
        **days._asdict(),
    )


async def add_collections(work: Work, rows: Sequence[tuple[object, ...]]) -> None:
    """Add collections, each a tuple in the order of `COLLECTIONS`."""
    await work.copy("debit_collections", COLLECTIONS, rows)


async def lock_batch(work: Work, batch_id: UUID) -> Batch | None:
    rows = await work.execute(
        """
        select batch_id, state, payment_information_id, creditor_id, announced_on, sendable_from, send_by, collect_on,
            file_id
        from debit_batches where batch_id = :id for update
        """,
        id=batch_id,
    )
    row = rows.mappings().first()
    return Batch(**{**row, "state": BatchState(row["state"])}) if row else None


async def save_sent(
    work: Work, batch: Batch, sent: Sequence[tuple[UUID, UUID, str]], *, file_id: UUID
) -> None:
    """Write which collections went into the file (id, mandate, sequence type); those that did not are cancelled.

    A mandate whose only or last collection went is ended.
    """
    await work.execute(
        """
        update debit_collections set state = 'sent', sequence_type = given.sequence_type
        from unnest(cast(:ids as uuid[]), cast(:types as text[])) as given (collection_id, sequence_type)
        where batch_id = :batch_id and debit_collections.collection_id = given.collection_id
        """,
        batch_id=batch.batch_id,
        ids=[collection_id for collection_id, _, _ in sent],
        types=[sequence_type for _, _, sequence_type in sent],
    )
    await work.execute(
        """
        update mandates
        set last_collected_on = :collect_on,
            state = case when given.sequence_type in ('OOFF', 'FNAL') then 'ended' else state end
        from unnest(cast(:ids as uuid[]), cast(:types as text[])) as given (mandate_id, sequence_type)
        where mandates.mandate_id = given.mandate_id
        """,
        collect_on=batch.collect_on,
        ids=[mandate_id for _, mandate_id, _ in sent],
        types=[sequence_type for _, _, sequence_type in sent],
    )
    await cancel_announced(work, batch_id=batch.batch_id)
    await work.execute(
        "update debit_batches set state = 'sent', file_id = :file_id where batch_id = :batch_id",
        batch_id=batch.batch_id,
        file_id=file_id,
    )


async def save_returned(
    work: Work, returns: Sequence[tuple[str, str, date]], *, suspending: Collection[str]
) -> list[UUID]:
    """Write which collections came back (EndToEndId, reason, day); the mandates that are suspended by it."""
    rows = await work.execute(
        """
        with returned as (
            update debit_collections
            set state = 'returned', return_reason = given.reason, returned_on = given.returned_on
            from unnest(cast(:ids as text[]), cast(:reasons as text[]), cast(:days as date[]))
                as given (end_to_end_id, reason, returned_on)
            where debit_collections.end_to_end_id = given.end_to_end_id and state = 'sent'
            returning mandate_id, return_reason
        )
        update mandates set state = 'suspended', suspension_reason = return_reason
        from returned
        where mandates.mandate_id = returned.mandate_id and state = 'active'
            and return_reason = any(cast(:suspending as text[]))
        returning mandates.mandate_id
        """,
        ids=[id for id, _, _ in returns],
        reasons=[reason for _, reason, _ in returns],
        days=[day for _, _, day in returns],
        suspending=list(suspending),
    )
    return list(rows.scalars())


async def collections_named(work: Work, *, end_to_end_ids: Sequence[str]) -> frozenset[str]:
    """Which of these EndToEndIds are those of our collections."""
    if not end_to_end_ids:
        return frozenset()
    rows = await work.execute(
        "select end_to_end_id from debit_collections where end_to_end_id = any(cast(:ids as text[]))",
        ids=end_to_end_ids,
    )
    return frozenset(rows.scalars())


async def close_batch(work: Work, batch_id: UUID, *, by: UUID | None) -> None:
    """Cancel a batch that is locked, and all that it announced."""
    await work.execute(
        "update debit_batches set state = 'cancelled', cancelled_by = :by, cancelled_at = :now where batch_id = :id",
        id=batch_id,
        by=by,
        now=work.now,
    )
    await cancel_announced(work, batch_id=batch_id)


async def cancel_announced(
    work: Work, *, batch_id: UUID | None = None, mandate_ids: Iterable[UUID] = ()
) -> None:
    """Cancel what a batch, or what these mandates, announced and did not send."""
    await work.execute(
        """
        update debit_collections set state = 'cancelled'
        where state = 'announced' and (batch_id = :batch_id or mandate_id = any(cast(:mandate_ids as uuid[])))
        """,
        batch_id=batch_id,
        mandate_ids=list(mandate_ids),
    )

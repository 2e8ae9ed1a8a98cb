"""Reads of direct debits: batches, their collections, those of a pledge. Accounts are masked."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, computed_field

from services.pledges.domain.account import masked
from services.pledges.domain.collection import BatchState, CollectionState, SequenceType
from services.pledges.domain.return_reasons import reason_in_french
from shared.database import Work

PAGE_COLLECTIONS = 200
"""Rows in one answer, as for bank lines."""

PAGE_BATCHES = 60
"""Five years of one a month."""


class BatchView(BaseModel):
    """A batch, with the counts and sums of what is in it and of what became of that."""

    batch_id: UUID
    state: BatchState
    payment_information_id: str
    announced_on: date
    sendable_from: date
    send_by: date
    collect_on: date
    prepared_at: datetime
    collection_count: int
    amount_minor: int
    cancelled_count: int
    received_count: int
    received_minor: int
    returned_count: int
    returned_minor: int
    file_digest: str | None
    download_count: int


class PledgeCollectionView(BaseModel):
    """A collection as whoever knows its pledge may see it. `received_on`: when a statement showed its credit."""

    collection_id: UUID
    amount_minor: int
    currency: str
    collect_on: date
    state: CollectionState
    received_on: date | None
    returned_on: date | None
    return_reason: str | None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def return_sentence(self) -> str | None:
        """Why the bank gave it back."""
        return reason_in_french(self.return_reason) if self.return_reason else None


class CollectionView(PledgeCollectionView):
    """A collection for treasurers."""

    territory: str
    pledge_id: UUID
    mandate_reference: str
    holder_name: str
    account: str
    sequence_type: SequenceType | None
    end_to_end_id: str


CREDITED = """
    left join lateral (
        select booked_on as received_on from bank_lines
        where fate = 'received' and end_to_end_id = debit_collections.end_to_end_id
        union all
        select booked_on from bank_lines
        where allocated_minor > 0 and end_to_end_id = debit_collections.end_to_end_id
        union all
        select line.booked_on
        from notified_details as detail
        join allocations using (allocation_id)
        join bank_lines as line on line.line_id = allocations.line_id
        where detail.end_to_end_id = debit_collections.end_to_end_id and undone_at is null
        limit 1
    ) as credited on true
"""
"""When the pledge of each of `debit_collections` got its money: by a line of its own, or by a detail of a sum."""

_BATCHES = f"""
    select debit_batches.*, payment_files.digest as file_digest,
        (select count(*) from payment_file_downloads as taken where taken.file_id = debit_batches.file_id)
            as download_count,
        counted.*
    from debit_batches
    left join payment_files using (file_id)
    cross join lateral (
        select count(*) filter (where kept) as collection_count,
            coalesce(sum(amount_minor) filter (where kept), 0) as amount_minor,
            count(*) filter (where not kept) as cancelled_count,
            count(received_on) as received_count,
            coalesce(sum(amount_minor) filter (where received_on is not null), 0) as received_minor,
            count(returned_on) as returned_count,
            coalesce(sum(amount_minor) filter (where returned_on is not null), 0) as returned_minor
        from debit_collections {CREDITED}
        cross join lateral (select debit_collections.state <> 'cancelled' as kept) as judged
        where batch_id = debit_batches.batch_id
    ) as counted
"""  # noqa: S608 - parts of the code


async def newest_batches(work: Work) -> list[BatchView]:
    rows = await work.execute(
        _BATCHES + " order by collect_on desc, batch_id desc limit :limit", limit=PAGE_BATCHES
    )
    return [BatchView.model_validate(dict(row)) for row in rows.mappings()]


async def batch_by_id(work: Work, batch_id: UUID) -> BatchView | None:
    rows = await work.execute(_BATCHES + " where batch_id = :id", id=batch_id)
    row = rows.mappings().first()
    return BatchView.model_validate(dict(row)) if row else None


async def collections_of_batch(work: Work, batch_id: UUID, *, offset: int) -> list[CollectionView]:
    rows = await work.execute(
        f"""
        select debit_collections.*, collect_on, received_on, mandate_reference, holder_name, iban
        from debit_collections
        join debit_batches using (batch_id)
        join mandates using (mandate_id)
        {CREDITED}
        where batch_id = :id order by collection_id limit :limit offset :offset
        """,  # noqa: S608 - parts of the code
        id=batch_id,
        limit=PAGE_COLLECTIONS,
        offset=offset,
    )
    return [CollectionView.model_validate(_masked(row)) for row in rows.mappings()]


async def collections_of_pledge(work: Work, pledge_id: UUID) -> list[PledgeCollectionView]:
    """What was announced and collected for a pledge, the newest first."""
    rows = await work.execute(
        f"""
        select debit_collections.*, collect_on, received_on
        from debit_collections join debit_batches using (batch_id)
        {CREDITED}
        where debit_collections.pledge_id = :id order by collect_on desc, collection_id limit :limit
        """,  # noqa: S608 - parts of the code
        id=pledge_id,
        limit=PAGE_COLLECTIONS,
    )
    return [PledgeCollectionView.model_validate(dict(row)) for row in rows.mappings()]


def _masked(row: Any) -> dict[str, Any]:
    return {**row, "account": masked(row["iban"])}

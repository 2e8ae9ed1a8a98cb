"""Reads of files of transfers, and of the orders that are or were in one."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.payment_file import OrderStanding
from shared.database import Work

PAGE_FILES = 60
"""More than a year of one a week."""


class TransferFileView(BaseModel):
    """A file of transfers: what was put into it, what became of that, and why it was not sent, if it was not.

    `is_as_made`: each of its orders is still to be paid by it, or was; only then is it handed out.
    """

    file_id: UUID
    message_id: str
    digest: str
    transaction_count: int
    amount_minor: int
    execute_on: date
    made_at: datetime
    download_count: int
    debited_count: int
    withdrawn_count: int
    is_as_made: bool
    never_sent_at: datetime | None
    never_sent_reason: str | None
    end_to_end_ids: list[str]


class FileOrderView(BaseModel):
    """A transfer of a file; `payee_name` and `standing` are empty once its refund was given up."""

    end_to_end_id: str
    amount_minor: int
    payee_name: str | None
    standing: OrderStanding | None
    is_withdrawn: bool
    withdrawn_at: datetime | None
    withdrawn_reason: str | None

    @property
    def can_be_withdrawn(self) -> bool:
        return not self.is_withdrawn and self.standing in (
            OrderStanding.IN_FILE,
            OrderStanding.PAYMENT_WENT_BACK,
        )


_FILES = """
    select file_id, message_id, digest, transaction_count, payment_files.amount_minor, execute_on, made_at,
        never_sent_at, never_sent_reason, ordered.*,
        (select count(*) from payment_file_downloads as taken where taken.file_id = payment_files.file_id)
            as download_count
    from payment_files
    cross join lateral (
        select array_agg(end_to_end_id order by end_to_end_id) as end_to_end_ids,
            count(line_id) filter (where not is_withdrawn) as debited_count,
            count(withdrawn_at) as withdrawn_count,
            bool_and(not is_withdrawn and coalesce(standing in ('in_file', 'debited'), false)) as is_as_made
        from payment_file_orders left join transfer_orders using (end_to_end_id)
        where payment_file_orders.file_id = payment_files.file_id
    ) as ordered
    where kind = 'pain.001'
"""


async def newest_files(work: Work) -> list[TransferFileView]:
    rows = await work.execute(
        _FILES + " order by made_at desc, file_id limit :limit",
        limit=PAGE_FILES,
    )
    return [TransferFileView.model_validate(dict(row)) for row in rows.mappings()]


async def transfer_file(work: Work, file_id: UUID) -> TransferFileView | None:
    rows = await work.execute(_FILES + " and file_id = :id", id=file_id)
    row = rows.mappings().one_or_none()
    return TransferFileView.model_validate(dict(row)) if row else None


async def orders_of_file(work: Work, file_id: UUID) -> list[FileOrderView]:
    """Every transfer that was put into a file, in the order of their EndToEndIds: `MOST_ORDERS` at most."""
    rows = await work.execute(
        """
        select end_to_end_id, payment_file_orders.amount_minor, payee_name, standing, is_withdrawn, withdrawn_at,
            withdrawn_reason
        from payment_file_orders left join transfer_orders using (end_to_end_id)
        where file_id = :id order by end_to_end_id
        """,
        id=file_id,
    )
    return [FileOrderView.model_validate(dict(row)) for row in rows.mappings()]

"""Payment files as they were made, and who took them."""

from datetime import date
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.payment_file import FileKind
from shared.database import Work
from shared.values import new_id


class PaymentFile(NamedTuple):
    """The bytes of a file, and what they are called outside."""

    file_id: UUID
    message_id: str
    content: bytes


async def add_payment_file(
    work: Work,
    file: PaymentFile,
    *,
    kind: FileKind,
    transaction_count: int,
    amount_minor: int,
    execute_on: date,
    made_by: UUID,
) -> None:
    await work.execute(
        """
        insert into payment_files (file_id, kind, message_id, content, digest, transaction_count, amount_minor,
            execute_on, made_by, made_at)
        values (:file_id, :kind, :message_id, :content, :digest, :transaction_count, :amount_minor, :execute_on,
            :made_by, :now)
        """,
        kind=kind,
        digest=sha256(file.content).hexdigest(),
        transaction_count=transaction_count,
        amount_minor=amount_minor,
        execute_on=execute_on,
        made_by=made_by,
        now=work.now,
        **file._asdict(),
    )


async def payment_file(work: Work, file_id: UUID) -> PaymentFile | None:
    rows = await work.execute(
        "select file_id, message_id, content from payment_files where file_id = :id", id=file_id
    )
    row = rows.one_or_none()
    return PaymentFile(*row) if row else None


async def add_download(work: Work, file_id: UUID, *, by: UUID) -> None:
    await work.execute(
        """
        insert into payment_file_downloads (download_id, file_id, downloaded_by, downloaded_at)
        values (:id, :file_id, :by, :now)
        """,
        id=new_id(),
        file_id=file_id,
        by=by,
        now=work.now,
    )


async def lock_transfer_file(work: Work, file_id: UUID) -> bool | None:
    """Whether a file of transfers was declared never sent; None when there is no such file."""
    rows = await work.execute(
        """
        select never_sent_at is not null from payment_files
        where file_id = :id and kind = 'pain.001' for update
        """,
        id=file_id,
    )
    found: bool | None = rows.scalar()
    return found


async def save_never_sent(work: Work, file_id: UUID, *, by: UUID, reason: str) -> None:
    await work.execute(
        """
        update payment_files set never_sent_at = :now, never_sent_by = :by, never_sent_reason = :reason
        where file_id = :id
        """,
        id=file_id,
        now=work.now,
        by=by,
        reason=reason,
    )

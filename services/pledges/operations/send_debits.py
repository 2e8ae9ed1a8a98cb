"""Makes the file of a batch for the bank, once; taking it again gives the same bytes."""

import asyncio
from uuid import UUID

from services.pledges.domain.collection import BatchState, sequence_type
from services.pledges.domain.debit_refusals import (
    BatchClosed,
    BatchNotFound,
    NothingLeftToSend,
    TooEarlyToSend,
    TooLateToSend,
)
from services.pledges.domain.mandate import MandateState
from services.pledges.domain.payment_file import FileKind
from services.pledges.formats.pain008 import Debit, write_direct_debits
from services.pledges.operations.national_desk import check_treasurer
from services.pledges.operations.payment_files import taken_file
from services.pledges.operations.prepare_debits import lock_debits
from services.pledges.repository.debit_batches import Batch, lock_batch, save_sent
from services.pledges.repository.debits import AnnouncedCollection, lock_announced
from services.pledges.repository.payment_files import PaymentFile, add_payment_file
from services.pledges.settings import Settings
from shared.database import Work
from shared.values import new_id


async def send_debits(
    work: Work, batch_id: UUID, *, settings: Settings, person_id: UUID | None
) -> PaymentFile:
    """The file of a batch. What is no longer due, or whose mandate is gone, is left out of it and cancelled.

    Raises TreasurerNoMore, or a DebitsRefused.
    """
    treasurer = await check_treasurer(work, person_id)
    await lock_debits(work)
    batch = await lock_batch(work, batch_id)
    if batch is None:
        raise BatchNotFound
    if batch.state is BatchState.CANCELLED:
        raise BatchClosed
    if batch.file_id is not None:
        return await taken_file(work, batch.file_id, by=treasurer)
    if work.today < batch.sendable_from:
        raise TooEarlyToSend(sendable_from=batch.sendable_from)
    if work.today > batch.send_by:
        raise TooLateToSend
    announced = await lock_announced(work, batch_id, iban=settings.beneficiary_iban)
    going = [one for one in announced if _is_due(one)]
    if not going:
        raise NothingLeftToSend
    file = await _make(work, batch, going, settings=settings, made_by=treasurer)
    return await taken_file(work, file.file_id, by=treasurer)


def _is_due(collection: AnnouncedCollection) -> bool:
    """A sum other than the announced one may not be collected: all of it is still missing, or nothing goes."""
    return (
        collection.mandate_state is MandateState.ACTIVE
        and collection.amount_minor <= collection.missing_minor
    )


async def _make(
    work: Work, batch: Batch, going: list[AnnouncedCollection], *, settings: Settings, made_by: UUID
) -> PaymentFile:
    debits = [_debit(collection) for collection in going]
    content = await asyncio.to_thread(  # a second for ten thousand: pages go on meanwhile
        write_direct_debits,
        debits,
        creditor_name=settings.beneficiary_name,
        creditor_iban=settings.beneficiary_iban,
        creditor_id=batch.creditor_id,
        collect_on=batch.collect_on,
        message_id=batch.payment_information_id,
        created_at=work.now,
    )
    file = PaymentFile(new_id(), batch.payment_information_id, content)
    await add_payment_file(
        work,
        file,
        kind=FileKind.DIRECT_DEBITS,
        transaction_count=len(debits),
        amount_minor=sum(debit.amount_minor for debit in debits),
        execute_on=batch.collect_on,
        made_by=made_by,
    )
    await save_sent(
        work,
        batch,
        [
            (collection.collection_id, collection.mandate_id, debit.sequence_type)
            for collection, debit in zip(going, debits, strict=True)
        ],
        file_id=file.file_id,
    )
    return file


def _debit(collection: AnnouncedCollection) -> Debit:
    is_last = collection.amount_minor == collection.missing_minor == collection.announced_minor
    kind = sequence_type(collection.rhythm, is_first=collection.is_first, is_last=is_last)
    return Debit(
        sequence_type=kind.value,
        amount_minor=collection.amount_minor,
        mandate_reference=collection.mandate_reference,
        signed_on=collection.signed_on,
        holder_name=collection.holder_name,
        iban=collection.iban,
        end_to_end_id=collection.end_to_end_id,
        text=collection.reference,
    )

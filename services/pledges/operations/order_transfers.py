"""Puts chosen transfers into one file for the bank; none is in two files unless the first was never sent."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from services.pledges.domain.payment_file import (
    MOST_ORDERS,
    ExecutionDayRefused,
    FileKind,
    FileNeverSent,
    FileNotFound,
    FileNotWhole,
    NoOrderChosen,
    OrderInAnotherFile,
    OrderNotOpen,
    TooManyOrders,
    message_id_of,
)
from services.pledges.domain.target_days import is_business_day
from services.pledges.formats.pain001 import Transfer, write_transfers
from services.pledges.operations.national_desk import check_treasurer
from services.pledges.operations.payment_files import taken_file
from services.pledges.repository.file_orders import add_orders, is_as_made
from services.pledges.repository.payment_files import PaymentFile, add_payment_file, lock_transfer_file
from services.pledges.repository.pledges import lock_pledges
from services.pledges.repository.refunds import pledges_refunded_with
from services.pledges.repository.transfer_orders import lock_orders
from services.pledges.settings import Settings
from shared.database import Work
from shared.values import new_id

FURTHEST_DAYS = 90
"""A date typed wrong, rather than a plan."""


async def order_transfers(
    work: Work,
    end_to_end_ids: Sequence[str],
    *,
    execute_on: date,
    settings: Settings,
    person_id: UUID | None,
) -> PaymentFile:
    """The file of the confirmed disbursements and refunds that were chosen, taken. Raises a PaymentFileRefused."""
    treasurer = await check_treasurer(work, person_id)
    chosen = list(dict.fromkeys(end_to_end_ids))
    refunded = await pledges_refunded_with(work, end_to_end_ids=chosen)
    await lock_pledges(work, references=[], pledge_ids=refunded)
    orders = await lock_orders(work, end_to_end_ids=chosen)
    if len(orders) != len(chosen):
        raise OrderNotOpen
    transfers = [
        Transfer(
            name=order.payee_name,
            iban=order.payee_iban,
            bic=None,
            amount_minor=order.amount_minor,
            end_to_end_id=order.end_to_end_id,
            text=f"{settings.beneficiary_name} {order.end_to_end_id}",
        )
        for order in orders
    ]
    file = await make_transfer_file(
        work, transfers, execute_on=execute_on, settings=settings, made_by=treasurer
    )
    return await taken_file(work, file.file_id, by=treasurer)


async def make_transfer_file(
    work: Work, transfers: Sequence[Transfer], *, execute_on: date, settings: Settings, made_by: UUID
) -> PaymentFile:
    """One pain.001 of these transfers, whatever they pay, from our first account.

    Raises NoOrderChosen, TooManyOrders, ExecutionDayRefused, OrderInAnotherFile.
    """
    if not transfers:
        raise NoOrderChosen
    if len(transfers) > MOST_ORDERS:
        raise TooManyOrders
    today = work.today
    if not today <= execute_on <= today + timedelta(days=FURTHEST_DAYS) or not is_business_day(execute_on):
        raise ExecutionDayRefused
    message_id = message_id_of(execute_on, secrets.token_hex(6))
    content = await asyncio.to_thread(
        write_transfers,
        transfers,
        debtor_name=settings.beneficiary_name,
        debtor_iban=settings.beneficiary_iban,
        execute_on=execute_on,
        message_id=message_id,
        created_at=work.now,
    )
    file = PaymentFile(new_id(), message_id, content)
    await add_payment_file(
        work,
        file,
        kind=FileKind.TRANSFERS,
        transaction_count=len(transfers),
        amount_minor=sum(transfer.amount_minor for transfer in transfers),
        execute_on=execute_on,
        made_by=made_by,
    )
    orders = [(transfer.end_to_end_id, transfer.amount_minor) for transfer in transfers]
    if await add_orders(work, file.file_id, orders) != len(orders):
        raise OrderInAnotherFile
    return file


async def hold_transfer_file(work: Work, file_id: UUID) -> None:
    """Lock a file that may have been sent. Raises FileNotFound, FileNeverSent."""
    never_sent = await lock_transfer_file(work, file_id)
    if never_sent is None:
        raise FileNotFound
    if never_sent:
        raise FileNeverSent


async def take_transfer_file(work: Work, file_id: UUID, *, person_id: UUID | None) -> PaymentFile:
    """A file of transfers again, the same bytes, while each is still to be made by it, or was.

    Raises TreasurerNoMore, FileNotFound, FileNeverSent, FileNotWhole.
    """
    treasurer = await check_treasurer(work, person_id)
    await hold_transfer_file(work, file_id)
    if not await is_as_made(work, file_id):
        raise FileNotWhole
    return await taken_file(work, file_id, by=treasurer)

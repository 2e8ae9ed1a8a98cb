"""Lets orders of a file go into another one: all of a file that was never sent, or those that the bank did not make."""

from collections.abc import Sequence
from uuid import UUID

from services.pledges.domain.payment_file import FileWasSent, NoOrderChosen, OrderNotInFile
from services.pledges.operations.national_desk import check_treasurer
from services.pledges.operations.order_transfers import hold_transfer_file
from services.pledges.repository.file_orders import shows_debit, withdraw_all, withdraw_some
from services.pledges.repository.payment_files import save_never_sent
from shared.database import Work


async def declare_never_sent(work: Work, file_id: UUID, *, person_id: UUID | None, reason: str) -> None:
    """Let the orders of a file go into another one, since the bank never got it.

    Raises TreasurerNoMore, FileNotFound, FileNeverSent, FileWasSent.
    """
    treasurer = await check_treasurer(work, person_id)
    await hold_transfer_file(work, file_id)
    if await shows_debit(work, file_id):
        raise FileWasSent
    await withdraw_all(work, file_id)
    await save_never_sent(work, file_id, by=treasurer, reason=reason)


async def withdraw_transfers(
    work: Work, file_id: UUID, end_to_end_ids: Sequence[str], *, person_id: UUID | None, reason: str
) -> None:
    """Let these orders of a file go into another one, since the bank rejected them; the file is not handed out again.

    Raises TreasurerNoMore, FileNotFound, FileNeverSent, NoOrderChosen, OrderNotInFile.
    """
    treasurer = await check_treasurer(work, person_id)
    await hold_transfer_file(work, file_id)
    chosen = set(end_to_end_ids)
    if not chosen:
        raise NoOrderChosen
    if await withdraw_some(work, file_id, list(chosen), by=treasurer, reason=reason) != len(chosen):
        raise OrderNotInFile

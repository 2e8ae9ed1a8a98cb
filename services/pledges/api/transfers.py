"""Files of transfers over HTTP: order confirmed transfers, take a file again, let its orders go."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.domain.payment_file import MOST_ORDERS
from services.pledges.operations.order_transfers import order_transfers, take_transfer_file
from services.pledges.operations.payment_files import XmlFile
from services.pledges.operations.withdraw_transfers import declare_never_sent, withdraw_transfers
from services.pledges.queries.transfer_files import (
    FileOrderView,
    TransferFileView,
    newest_files,
    orders_of_file,
)
from shared.identity import Role, Session, allow
from shared.runtime import Transaction

router = APIRouter(tags=["virements"])
EndToEndId = Annotated[str, Field(min_length=1, max_length=35)]


class NewTransferFile(BaseModel):
    """The confirmed disbursements to order, by their EndToEndIds, and the day on which the bank is to make them."""

    model_config = ConfigDict(extra="forbid")

    end_to_end_ids: Annotated[list[EndToEndId], Field(min_length=1, max_length=MOST_ORDERS)]
    execute_on: date


class NeverSent(BaseModel):
    """Why a file did not go to the bank."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=200)]


class Withdrawal(BaseModel):
    """Orders of a file that the bank did not make, by their EndToEndIds, and why."""

    model_config = ConfigDict(extra="forbid")

    end_to_end_ids: Annotated[list[EndToEndId], Field(min_length=1, max_length=MOST_ORDERS)]
    reason: Annotated[str, Field(min_length=1, max_length=200)]


@router.post("/transfer-files", response_class=XmlFile)
async def make_file(
    body: NewTransferFile, request: Request, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """Make a pain.001.001.09 file of confirmed disbursements; its list says its id."""
    file = await order_transfers(
        work,
        body.end_to_end_ids,
        execute_on=body.execute_on,
        settings=request.app.state.settings,
        person_id=session.person_id,
    )
    return XmlFile.of(file)


@router.get("/transfer-files", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_files(work: Transaction) -> list[TransferFileView]:
    """The newest files first."""
    return await newest_files(work)


@router.post("/transfer-files/{file_id}/file", response_class=XmlFile)
async def take_file(file_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)) -> Response:
    """A file again, the same bytes."""
    return XmlFile.of(await take_transfer_file(work, file_id, person_id=session.person_id))


@router.post("/transfer-files/{file_id}/never-sent", status_code=204)
async def say_never_sent(
    file_id: UUID, body: NeverSent, work: Transaction, session: Session = allow(Role.TREASURER)
) -> None:
    """Declare that the bank never got a file: its orders may go into another one."""
    await declare_never_sent(work, file_id, person_id=session.person_id, reason=body.reason)


@router.get("/transfer-files/{file_id}/orders", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_orders(file_id: UUID, work: Transaction) -> list[FileOrderView]:
    """What was put into a file, and what became of each; nothing for a file that does not exist."""
    return await orders_of_file(work, file_id)


@router.post("/transfer-files/{file_id}/withdrawals", status_code=204)
async def withdraw(
    file_id: UUID, body: Withdrawal, work: Transaction, session: Session = allow(Role.TREASURER)
) -> None:
    """Withdraw orders that the bank rejected: they may go into another file, and this one is not handed out again."""
    await withdraw_transfers(
        work, file_id, body.end_to_end_ids, person_id=session.person_id, reason=body.reason
    )

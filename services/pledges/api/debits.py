"""Direct debits over HTTP: see what is due on a day, prepare a batch, cancel it, take its file."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.operations.payment_files import XmlFile
from services.pledges.operations.prepare_debits import cancel_debits, due_debits, prepare_debits
from services.pledges.operations.send_debits import send_debits
from services.pledges.queries.debits import (
    BatchView,
    CollectionView,
    batch_by_id,
    collections_of_batch,
    newest_batches,
)
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.errors import UserError

router = APIRouter(tags=["prélèvements"])


class NewBatch(BaseModel):
    """The day on which banks are to debit."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    collect_on: Annotated[date, Field(alias="on")]


class BatchPreview(BaseModel):
    """What a batch for a day would hold, and its days."""

    announced_on: date
    sendable_from: date
    send_by: date
    collect_on: date
    collection_count: int
    amount_minor: int


class BatchCollections(BaseModel):
    """A batch and one page of its collections."""

    batch: BatchView
    collections: list[CollectionView]


@router.get("/debit-preview", dependencies=[allow(Role.TREASURER, local_key=True)])
async def preview_batch(
    request: Request,
    work: Transaction,
    on: Annotated[date, Query(description="Jour du prélèvement")],
) -> BatchPreview:
    """What would be collected on a day; nothing is prepared."""
    due = await due_debits(work, collect_on=on, settings=request.app.state.settings)
    return BatchPreview(**due.days._asdict(), collection_count=len(due.debits), amount_minor=due.amount_minor)


@router.post("/debit-batches", status_code=201)
async def prepare_batch(
    body: NewBatch,
    request: Request,
    work: Transaction,
    session: Session = allow(Role.TREASURER, local_key=True),
) -> BatchView:
    """Prepare what is due on a day and announce each collection to its saver. Nothing is sent to the bank yet."""
    batch_id = await prepare_debits(
        work,
        collect_on=body.collect_on,
        settings=request.app.state.settings,
        prepared_by=session.person_id,
    )
    batch = await batch_by_id(work, batch_id)
    assert batch is not None
    return batch


@router.get("/debit-batches", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_batches(work: Transaction) -> list[BatchView]:
    """The newest batches first."""
    return await newest_batches(work)


@router.get("/debit-batches/{batch_id}", dependencies=[allow(Role.TREASURER, local_key=True)])
async def show_batch(
    batch_id: UUID,
    response: Response,
    work: Transaction,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> BatchCollections:
    """A batch with its collections, and what became of each."""
    batch = await batch_by_id(work, batch_id)
    if batch is None:
        raise UserError("Cette remise de prélèvements n’existe pas.", status=404, code="batch_not_found")
    response.headers["Cache-Control"] = "no-store"
    return BatchCollections(
        batch=batch, collections=await collections_of_batch(work, batch_id, offset=offset)
    )


@router.post("/debit-batches/{batch_id}/cancellation", status_code=204)
async def cancel_batch(
    batch_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER, local_key=True)
) -> None:
    """Cancel a batch whose file was not made yet."""
    await cancel_debits(work, batch_id, by=session.person_id)


@router.post("/debit-batches/{batch_id}/file", response_class=XmlFile)
async def take_file(
    batch_id: UUID, request: Request, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """The pain.008.001.08 file of a batch, with accounts whole: made at the first call, the same bytes ever after."""
    file = await send_debits(work, batch_id, settings=request.app.state.settings, person_id=session.person_id)
    return XmlFile.of(file)

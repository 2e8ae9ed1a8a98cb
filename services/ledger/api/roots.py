"""Daily roots for everybody, and the proof that a payment is inside one."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.ledger.domain.root import Root
from services.ledger.queries.proofs import EntryProof, prove_receipt
from services.ledger.queries.roots import newest_roots
from services.ledger.repository.roots import root_numbered
from shared.identity import Role, allow, anyone
from shared.runtime import Transaction
from shared.web.errors import UserError

router = APIRouter(tags=["ledger"])


class RootView(BaseModel):
    """A root. `document` is the signed text; `hash` is its SHA-256, all three last ones in hexadecimal."""

    number: int
    published_at: datetime
    entry_count: int
    document: str
    hash: str
    signature: str
    public_key: str

    @classmethod
    def of(cls, root: Root) -> "RootView":
        return cls(
            number=root.number,
            published_at=root.published_at,
            entry_count=root.entry_count,
            document=root.document,
            hash=root.hash.hex(),
            signature=root.signature.hex(),
            public_key=root.public_key.hex(),
        )


@router.get("/roots", dependencies=[anyone()])
async def list_roots(work: Transaction) -> list[RootView]:
    """The newest roots, the newest first: a hundred at most."""
    return [RootView.of(root) for root in await newest_roots(work)]


@router.get("/roots/{number}", dependencies=[anyone()])
async def show_root(number: Annotated[int, Field(ge=1, le=2**62)], work: Transaction) -> RootView:
    """One root."""
    root = await root_numbered(work, number)
    if root is None:
        raise UserError("Aucune racine ne porte ce numéro.", status=404, code="unknown_root")
    return RootView.of(root)


@router.get("/receipts/{receipt_id}/proof", dependencies=[allow(Role.TREASURER, local_key=True)])
async def show_proof(receipt_id: UUID, work: Transaction) -> EntryProof:
    """The proof that a payment (its bank line, or its allocation) is inside a published root."""
    return await prove_receipt(work, receipt_id)

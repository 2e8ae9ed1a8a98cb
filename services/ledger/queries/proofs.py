"""A short proof that an entry is inside a published root: what a script without any access can check."""

import asyncio
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.ledger.domain.chain import GENESIS
from services.ledger.domain.merkle import path_of
from services.ledger.domain.root import Root
from services.ledger.queries.entries import canonical_row
from services.ledger.repository import roots
from services.ledger.repository.roots import root_from
from shared.database import Work
from shared.web.errors import UserError


class EntryProof(BaseModel):
    """`entry` and `previous` give the entry's hash, `path` leads from it to the root's tree; hashes in hexadecimal.

    `path` has "left" or "right" (where the other half is) and its hash, from the leaf up. `root` is the signed text.
    """

    entry: str
    previous: str
    path: list[tuple[str, str]]
    root: str
    signature: str
    public_key: str


class NotInARootYet(UserError):
    """An entry that came after the last root."""

    def __init__(self) -> None:
        super().__init__(
            "Cette écriture est plus récente que la dernière racine publiée : sa preuve sera là demain.",
            status=409,
            code="not_in_a_root_yet",
        )


async def prove_receipt(work: Work, receipt_id: UUID) -> EntryProof:
    """The proof of a payment, known by its bank line or its allocation. Raises UserError (404), NotInARootYet."""
    found = await work.execute(
        "select territory, seq from journal_entries where line_id = :id", id=receipt_id
    )
    place = found.first()
    if place is None:
        raise UserError(
            "Aucune écriture ne porte ce paiement : donnez l’identifiant de sa ligne de banque.",
            status=404,
            code="unknown_receipt",
        )
    return await prove_entry(work, place.territory, place.seq)


async def prove_entry(work: Work, territory: str, seq: int) -> EntryProof:
    """The proof of an entry that is there. Raises NotInARootYet."""
    root, before = await _roots_around(work, territory, seq)
    hashes = await roots.hashes_between(work, before.heads if before else {}, root.heads)
    leaves: list[bytes] = []
    index = 0
    for place, of_place in hashes.items():
        if place == territory:
            first = before.heads[place].seq + 1 if before and place in before.heads else 1
            index = len(leaves) + seq - first
        leaves += of_place
    path = await asyncio.to_thread(path_of, leaves, index)
    entry, previous = await _written(work, territory, seq)
    return EntryProof(
        entry=entry,
        previous=previous.hex(),
        path=[("left" if step.is_left else "right", step.hash.hex()) for step in path],
        root=root.document,
        signature=root.signature.hex(),
        public_key=root.public_key.hex(),
    )


async def _roots_around(work: Work, territory: str, seq: int) -> tuple[Root, Root | None]:
    """The root that an entry is in, and the one before it."""
    found = await work.execute(
        "select * from roots where (document::json #>> array['heads', :territory, '0'])::bigint >= :seq"
        " order by number limit 1",
        territory=territory,
        seq=seq,
    )
    row = found.first()
    if row is None:
        raise NotInARootYet
    root = root_from(row)
    return root, await roots.root_numbered(work, root.number - 1)


async def _written(work: Work, territory: str, seq: int) -> tuple[str, bytes]:
    """The canonical text of an entry, and the hash of the entry before it."""
    found = await work.execute(
        """
        select e.*,
            (select hash from journal_entries b where b.territory = e.territory and b.seq = e.seq - 1) as before,
            (select json_agg(json_build_array(account, amount_minor, fund, currency, instrument) order by line)
                from entry_lines l where l.territory = e.territory and l.seq = e.seq) as lines
        from journal_entries e where e.territory = :territory and e.seq = :seq
        """,
        territory=territory,
        seq=seq,
    )
    row: Any = found.one()
    text = canonical_row(row, [tuple(line) for line in row.lines])
    return text.decode(), row.before or GENESIS

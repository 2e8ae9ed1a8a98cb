"""Roots are signed, follow one another, and fix the entries that are there."""

from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain.merkle import tree_hash
from services.ledger.domain.root import NO_ROOT, Root
from services.ledger.queries.verification.found import Verification


async def verify_roots(
    connection: AsyncConnection, hashes: Mapping[str, Sequence[bytes]], found: Verification
) -> None:
    """Each root is signed, names the one before it, and has the entries that are there; `hashes` by territory."""
    previous: Root | None = None
    for row in await connection.execute(text("select * from roots order by number")):
        root = Root(row.number, row.document, row.signature, row.public_key, row.published_at)
        before = previous.heads if previous else {}
        leaves = [
            one
            for territory in sorted(root.heads)
            for one in hashes.get(territory, ())[
                before[territory].seq if territory in before else 0 : root.heads[territory].seq
            ]
        ]
        if not root.is_signed:
            found.problems.append(f"racine {root.number} : sa signature n’est pas la sienne.")
        if root.previous != (previous.hash if previous else NO_ROOT).hex():
            found.problems.append(f"racine {root.number} : elle ne suit pas celle d’avant.")
        if root.tree != tree_hash(leaves).hex() or root.entry_count != len(leaves):
            found.problems.append(f"racine {root.number} : les écritures ne sont plus celles qu’elle fixe.")
        found.roots += 1
        previous = root

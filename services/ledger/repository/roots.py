"""Roots, and the hashes of the entries that they fix."""

from collections.abc import Mapping
from typing import Any

from services.ledger.domain.root import Head, Root
from shared.database import Work

HASH_BYTES = 32


def root_from(row: Any) -> Root:
    """A root from its columns."""
    return Root(row.number, row.document, row.signature, row.public_key, row.published_at)


async def hold_roots(work: Work) -> bool:
    """Whether no other process publishes now; if so, none does until this transaction ends."""
    held = await work.execute("select pg_try_advisory_xact_lock(hashtextextended('ledger roots', 7))")
    return bool(held.scalar())


async def last_root(work: Work) -> Root | None:
    """The newest root."""
    found = await work.execute("select * from roots order by number desc limit 1")
    row = found.first()
    return root_from(row) if row else None


async def root_numbered(work: Work, number: int) -> Root | None:
    """One root."""
    found = await work.execute("select * from roots where number = :number", number=number)
    row = found.first()
    return root_from(row) if row else None


async def heads_now(work: Work) -> dict[str, Head]:
    """Where each chain stands; all entries up to there are committed."""
    found = await work.execute("select territory, seq, encode(hash, 'hex') from chains where seq > 0")
    return {territory: Head(seq, hash) for territory, seq, hash in found}


async def hashes_between(
    work: Work, before: Mapping[str, Head], heads: Mapping[str, Head]
) -> dict[str, list[bytes]]:
    """The entries' hashes behind each chain's earlier head, up to the later one, by territory in order.

    One value for each territory: a day may have a million of them.
    """
    hashes = {}
    for territory in sorted(heads):
        found = await work.execute(
            "select string_agg(hash, '' order by seq) from journal_entries"
            " where territory = :territory and seq > :after and seq <= :until",
            territory=territory,
            after=before[territory].seq if territory in before else 0,
            until=heads[territory].seq,
        )
        joined: bytes = found.scalar() or b""
        hashes[territory] = [joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES)]
    return hashes


async def add_root(work: Work, root: Root) -> None:
    """Write a root."""
    await work.execute(
        "insert into roots (number, document, signature, public_key, published_at)"
        " values (:number, :document, :signature, :public_key, :published_at)",
        number=root.number,
        document=root.document,
        signature=root.signature,
        public_key=root.public_key,
        published_at=root.published_at,
    )

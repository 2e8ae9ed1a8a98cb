"""What two persons confirmed is in the chain, as the hash of its order: what is kept of it is that very order."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.queries.verification.found import Verification
from services.ledger.repository.corrections import CORRECTION_COLUMNS, correction_from
from services.ledger.repository.disbursements import DISBURSEMENT_COLUMNS, disbursement_from

_CORRECTIONS = f"""
    select {CORRECTION_COLUMNS} from corrections where state = 'confirmed' order by territory, corrected_seq
"""  # noqa: S608 - a constant list of columns
_DISBURSEMENTS = f"""
    select {DISBURSEMENT_COLUMNS} from disbursements where state in ('committed', 'disbursed')
    order by territory, disbursement_id
"""  # noqa: S608 - a constant list of columns
_RELEASED = f"""
    select {DISBURSEMENT_COLUMNS} from disbursements where state = 'released' order by territory, disbursement_id
"""  # noqa: S608 - a constant list of columns
_POSTED = """
    select e.territory, e.event_id, e.payload_hash,
        json_agg(json_build_array(l.account, l.amount_minor, l.fund, l.currency, l.instrument) order by l.line) as lines
    from journal_entries e join entry_lines l using (territory, seq)
    where e.event_id = any(cast(:ids as uuid[])) group by e.territory, e.seq
"""


async def verify_orders(connection: AsyncConnection, found: Verification) -> None:
    """Each confirmed correction, and each disbursement that was committed, is the order whose hash was posted.

    So is what a treasurer said who gave a reservation up.
    """
    await _verify_corrections(connection, found)
    await _verify_disbursements(connection, found)
    await _verify_releases(connection, found)


async def _verify_corrections(connection: AsyncConnection, found: Verification) -> None:
    rows: Any = (await connection.execute(text(_CORRECTIONS))).mappings()
    corrections = [correction_from(row) for row in rows]
    posted = await _posted(
        connection, [id for one in corrections for id in (one.correction_id, one.right_id)]
    )
    for one in corrections:
        where = f"territoire {one.territory}, écriture {one.corrected_seq}"
        contra, right = (posted.get((one.territory, id)) for id in (one.correction_id, one.right_id))
        for entry in (contra, right):
            if entry is None or entry.payload_hash.hex() != one.order_hash:
                found.problems.append(f"{where} : sa correction n’est pas l’ordre qui a été confirmé.")
                break
        if right is not None and right.lines != [list(line) for line in one.lines]:
            found.problems.append(f"{where} : sa rectification n’a pas les lignes de sa correction.")


async def _verify_disbursements(connection: AsyncConnection, found: Verification) -> None:
    rows: Any = (await connection.execute(text(_DISBURSEMENTS))).mappings()
    disbursements = [disbursement_from(row) for row in rows]
    posted = await _posted(connection, [one.commitment_id for one in disbursements])
    for one in disbursements:
        entry = posted.get((one.territory, one.commitment_id))
        if entry is None or entry.payload_hash.hex() != one.order_hash:
            found.problems.append(
                f"territoire {one.territory}, versement {one.disbursement_id} :"
                " il n’est pas l’ordre qui a été confirmé."
            )


async def _verify_releases(connection: AsyncConnection, found: Verification) -> None:
    rows: Any = (await connection.execute(text(_RELEASED))).mappings()
    releases = [disbursement_from(row) for row in rows]
    posted = await _posted(connection, [one.release_id for one in releases])
    for one in releases:
        entry = posted.get((one.territory, one.release_id))
        if entry is None or entry.payload_hash.hex() != one.release_hash:
            found.problems.append(
                f"territoire {one.territory}, versement {one.disbursement_id} :"
                " sa réservation n’a pas été rendue par cette personne, pour cette raison."
            )


async def _posted(connection: AsyncConnection, ids: Collection[UUID]) -> dict[tuple[str, UUID], Any]:
    """Entries with their hashes and lines, by territory and event."""
    rows = await connection.execute(text(_POSTED), {"ids": list(ids)})
    return {(row.territory, row.event_id): row for row in rows}

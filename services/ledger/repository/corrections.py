"""Corrections, and the entries that they are about."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.ledger.domain.correction import Correction, CorrectionState, Posted
from services.ledger.domain.entries import Line
from shared.database import Work

CORRECTION_COLUMNS = (
    "correction_id, territory, corrected_seq, corrected_hash, lines, reason, ordered_by, state, confirmed_by"
)


def correction_from(row: Mapping[str, Any]) -> Correction:
    """A correction from its columns."""
    lines = tuple(Line._make(line) for line in row["lines"])
    return Correction(**{**row, "state": CorrectionState(row["state"]), "lines": lines})


async def posted_entry(work: Work, territory: str, seq: int) -> Posted | None:
    """An entry with its lines, in their order."""
    found = await work.execute(
        """
        select e.journal, e.entry_number, e.value_on, e.document, e.hash,
            json_agg(json_build_array(l.account, l.amount_minor, l.fund, l.currency, l.instrument) order by l.line)
                as lines,
            exists (
                select from corrections c where c.territory = e.territory and c.correction_id = e.event_id
            ) as is_contra
        from journal_entries e join entry_lines l using (territory, seq)
        where e.territory = :territory and e.seq = :seq group by e.territory, e.seq
        """,
        territory=territory,
        seq=seq,
    )
    row = found.first()
    if row is None:
        return None
    return Posted(
        territory=territory,
        seq=seq,
        journal=row.journal,
        entry_number=row.entry_number,
        value_on=row.value_on,
        document=row.document,
        hash=row.hash,
        lines=tuple(Line._make(line) for line in row.lines),
        is_contra=row.is_contra,
    )


async def add_correction(work: Work, correction: Correction) -> bool:
    """Whether it was added; False when the entry has one that was not given up."""
    added = await work.execute(
        """
        insert into corrections (territory, correction_id, corrected_seq, corrected_hash, lines, reason, state,
            ordered_by, ordered_at)
        values (:territory, :correction_id, :corrected_seq, :corrected_hash, cast(:lines as jsonb), :reason, :state,
            :ordered_by, :now)
        on conflict do nothing
        """,
        territory=correction.territory,
        correction_id=correction.correction_id,
        corrected_seq=correction.corrected_seq,
        corrected_hash=correction.corrected_hash,
        lines=json.dumps(correction.lines),
        reason=correction.reason,
        state=correction.state.value,
        ordered_by=correction.ordered_by,
        now=work.now,
    )
    return bool(added.rowcount)


async def lock_correction(work: Work, territory: str, correction_id: UUID) -> Correction | None:
    """One correction, locked until the transaction ends."""
    found = await work.execute(
        f"select {CORRECTION_COLUMNS} from corrections"  # noqa: S608 - a constant list of columns
        " where territory = :territory and correction_id = :id for update",
        territory=territory,
        id=correction_id,
    )
    row = found.mappings().first()
    return correction_from(row) if row else None


async def save_correction(work: Work, correction: Correction) -> None:
    """Write how it ended."""
    await work.execute(
        "update corrections set state = :state, confirmed_by = :confirmed_by, ended_at = :now"
        " where territory = :territory and correction_id = :id",
        territory=correction.territory,
        id=correction.correction_id,
        state=correction.state.value,
        confirmed_by=correction.confirmed_by,
        now=work.now,
    )

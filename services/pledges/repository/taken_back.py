"""What the bank took back of credits that wait in suspense: debits with their EndToEndId, in suspense as well."""

from collections.abc import Collection, Sequence
from uuid import UUID

from shared.database import Work


async def taken_back(
    work: Work, *, end_to_end_ids: Collection[str], line_ids: Sequence[UUID]
) -> dict[str, int]:
    """By EndToEndId, how many cents of these credited lines, which are locked, went back; none where nothing did.

    What waits elsewhere with the same EndToEndId is taken to have gone first: payers use theirs again.
    """
    if not end_to_end_ids:
        return {}
    rows = await work.execute(_TAKEN_BACK, names=list(end_to_end_ids), lines=list(line_ids))
    return {row.end_to_end_id: row.amount_minor for row in rows}


async def taken_back_of_line(work: Work, line_id: UUID) -> int:
    """How many cents that wait on a locked line, or on details of it, went back."""
    rows = await work.execute(_WAITING, line=line_id)
    waiting = {row.end_to_end_id: row.amount_minor for row in rows}
    gone = await taken_back(work, end_to_end_ids=waiting.keys(), line_ids=[line_id])
    return sum(min(waiting[name], amount_minor) for name, amount_minor in gone.items())


_OPEN = "(detail.allocation_id is null or allocations.undone_at is not null)"

_TAKEN_BACK = f"""
    select end_to_end_id, cast(sum(amount_minor) as bigint) as amount_minor from (
        select end_to_end_id,
            case direction when 'debit' then amount_minor else allocated_minor - amount_minor end as amount_minor
        from bank_lines
        where fate = 'suspended' and end_to_end_id is not null and end_to_end_id = any(cast(:names as text[]))
            and (direction = 'debit' or line_id <> all(cast(:lines as uuid[])))
        union all
        select detail.end_to_end_id,
            case detail.direction when 'debit' then detail.amount_minor else -detail.amount_minor end
        from notified_details as detail
        join notified_entries as entry using (entry_id)
        join bank_lines as line on line.line_id = entry.line_id
        left join allocations on allocations.allocation_id = detail.allocation_id
        where detail.end_to_end_id is not null and detail.end_to_end_id = any(cast(:names as text[]))
            and line.end_to_end_id is distinct from detail.end_to_end_id
            and (
                detail.direction = 'debit'
                or (line.line_id <> all(cast(:lines as uuid[])) and {_OPEN}
                    and line.allocated_minor + detail.amount_minor <= line.amount_minor)
            )
    ) as moved
    group by end_to_end_id having sum(amount_minor) > 0
"""  # noqa: S608 - parts of the code

_WAITING = f"""
    select end_to_end_id, cast(sum(amount_minor) as bigint) as amount_minor from (
        select end_to_end_id, amount_minor - allocated_minor as amount_minor from bank_lines where line_id = :line
        union all
        select detail.end_to_end_id, detail.amount_minor
        from notified_details as detail
        join notified_entries as entry using (entry_id)
        left join allocations on allocations.allocation_id = detail.allocation_id
        where entry.line_id = :line and detail.direction = 'credit' and {_OPEN}
    ) as waiting
    where end_to_end_id is not null group by end_to_end_id
"""  # noqa: S608 - parts of the code

"""Bank lines page by page: those of a statement, and those that wait in suspense.

A page begins behind the last line of the one before it: the five-hundredth costs what the first one does, and no line
is passed over when others leave the list meanwhile.
"""

from typing import Any, NamedTuple
from uuid import UUID

from services.pledges.queries.bank import PAGE_LINES, BankLineView
from shared.database import Work


class LinesPage(NamedTuple):
    """Lines in their order. `previous` and `next`: the line beside which that page stands, None where there is none."""

    lines: list[BankLineView]
    previous: UUID | None
    next: UUID | None


class Beside(NamedTuple):
    """Where a page stands: after a line, before one, or (neither) at the beginning."""

    after: UUID | None = None
    before: UUID | None = None


BEGINNING = Beside()


async def lines_of_statement(work: Work, statement_id: UUID, beside: Beside = BEGINNING) -> LinesPage:
    """Lines of a statement, in the order in which the bank booked them."""
    return await _page(
        work,
        "statement_id = :statement_id",
        order=("entry_index", "detail_index"),
        beside=beside,
        statement_id=statement_id,
    )


async def suspended_lines(work: Work, beside: Beside = BEGINNING) -> LinesPage:
    """What waits for somebody to decide, the oldest first."""
    waits = "fate = 'suspended' and allocated_minor < amount_minor"
    return await _page(work, waits, order=("booked_on", "line_id"), beside=beside)


async def _page(
    work: Work, wanted: str, *, order: tuple[str, str], beside: Beside, **parameters: Any
) -> LinesPage:
    line_id = beside.after or beside.before
    backwards = beside.after is None and beside.before is not None
    sign, direction = ("<", "desc") if backwards else (">", "asc")
    key = ", ".join(order)
    if line_id is not None:
        place = f"({key}) {sign} (select {key} from bank_lines where line_id = :beside)"  # noqa: S608 - columns
        wanted, parameters = f"{wanted} and {place}", parameters | {"beside": line_id}
    ordered = ", ".join(f"{column} {direction}" for column in order)
    rows = await work.execute(
        f"select * from bank_lines where {wanted} order by {ordered} limit :limit",  # noqa: S608 - columns
        **parameters,
        limit=PAGE_LINES + 1,
    )
    found = [BankLineView.model_validate(dict(row)) for row in rows.mappings()]
    lines, goes_on = found[:PAGE_LINES], len(found) > PAGE_LINES
    if backwards:
        lines.reverse()
    has_previous, has_next = (goes_on, True) if backwards else (line_id is not None, goes_on)
    return LinesPage(
        lines,
        lines[0].line_id if lines and has_previous else None,
        lines[-1].line_id if lines and has_next else None,
    )

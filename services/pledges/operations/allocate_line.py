"""Divides a suspended credit between the pledges that a treasurer names; what is left of it waits on."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.allocation import AllocatedBy, AllocationRefused, Part, check_parts
from services.pledges.domain.pledge import Pledge
from services.pledges.domain.reconciliation import Suspense
from services.pledges.domain.references import normalise, printed
from services.pledges.domain.refusals import euros
from services.pledges.operations.allocation_events import allocation_made
from services.pledges.repository.allocations import (
    Allocation,
    WaitingLine,
    add_allocations,
    lock_line,
    take_from_line,
)
from services.pledges.repository.pledges import lock_pledges, save_money
from services.pledges.repository.taken_back import taken_back_of_line
from shared.database import Work
from shared.values import new_id
from shared.web.errors import UserError


class NamedPart(NamedTuple):
    """A pledge by its reference, as somebody copied it, and its part in cents; None: all that is left."""

    reference: str
    amount_minor: int | None = None


async def allocate_line(
    work: Work,
    line_id: UUID,
    parts: Sequence[NamedPart],
    *,
    waiting_minor: int,
    by: UUID | None,
    matched_by: AllocatedBy = AllocatedBy.BY_HAND,
    note: str | None = None,
) -> list[UUID]:
    """The ids of what was allocated, one for each part, in order.

    `waiting_minor` is what the person saw waiting on the line: when it is no longer so, somebody else was faster, or
    the same form came twice. Raises AllocationRefused, or UserError for a line that does not exist.
    """
    line = await locked(work, line_id)
    if line.fate == "suspended" and line.waiting_minor != waiting_minor:
        raise AllocationRefused(
            f"Il reste {euros(line.waiting_minor)} en attente sur cette ligne, et non {euros(waiting_minor)} : "
            "quelqu’un l’a rapprochée entre-temps. Rien n’a été changé : relisez la ligne."
        )
    named = [
        (_reference(part.reference, number), part.amount_minor) for number, part in enumerate(parts, start=1)
    ]
    pledges = {
        pledge.reference: pledge
        for pledge in await lock_pledges(
            work, references=[reference for reference, _ in named], pledge_ids=[]
        )
    }
    divided = _divided([(_known(pledges, reference), amount) for reference, amount in named], line)
    check_parts(
        divided,
        fate=line.fate,
        direction=line.direction,
        came_back=line.reason == Suspense.DEBIT_CAME_BACK,
        waiting_minor=line.waiting_minor,
        taken_back_minor=await taken_back_of_line(work, line_id),
    )
    made = [
        Allocation(
            allocation_id=new_id(),
            line_id=line_id,
            territory=part.pledge.territory,
            pledge_id=part.pledge.pledge_id,
            amount_minor=part.amount_minor,
        )
        for part in divided
    ]
    await add_allocations(work, made, matched_by=matched_by, made_by=by, note=note or None)
    await take_from_line(work, line_id, sum(one.amount_minor for one in made))
    await save_money(work, [part.pledge.receive(part.amount_minor) for part in divided])
    for one, part in zip(made, divided, strict=True):
        for said in allocation_made(
            one,
            part.pledge,
            line,
            statement_id=line.statement_id,
            currency=line.currency,
            matched_by=matched_by,
            made_on=work.today,
        ):
            work.record(said)
    return [one.allocation_id for one in made]


async def locked(work: Work, line_id: UUID) -> WaitingLine:
    """A line of the bank, locked. Raises UserError (404)."""
    line = await lock_line(work, line_id)
    if line is None:
        raise UserError("Aucune ligne de relevé n’existe à cette adresse.", status=404, code="line_not_found")
    return line


def _reference(text: str, number: int) -> str:
    reference = normalise(text)
    if reference is None:
        raise AllocationRefused(
            f"La référence n° {number} est mal recopiée : elle commence par RF, et sa clé doit être juste. "
            "Rien n’a été rapproché : vérifiez-la, ou cherchez la promesse."
        )
    return reference


def _known(pledges: dict[str, Pledge], reference: str) -> Pledge:
    if reference not in pledges:
        raise AllocationRefused(
            f"Aucune promesse ne porte {printed(reference)}. Rien n’a été rapproché : cherchez la promesse."
        )
    return pledges[reference]


def _divided(parts: Sequence[tuple[Pledge, int | None]], line: WaitingLine) -> list[Part]:
    """The parts in cents: one, and one only, may be left to take the rest."""
    said = sum(amount or 0 for _, amount in parts)
    if sum(amount is None for _, amount in parts) > 1:
        raise AllocationRefused("Indiquez le montant de chaque promesse, sauf une qui prend le reste.")
    return [Part(pledge, line.waiting_minor - said if amount is None else amount) for pledge, amount in parts]

"""Undoes an allocation in two steps: somebody asks with a reason, which changes nothing; then it is confirmed.

The line is locked first, then the pledge, then the allocation: as an import and everybody else does.
"""

from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.allocation import AllocationRefused
from services.pledges.domain.pledge import Pledge
from services.pledges.operations.allocate_line import locked
from services.pledges.operations.allocation_events import allocation_undone
from services.pledges.repository.allocations import (
    Allocation,
    WaitingLine,
    ask_undo,
    line_and_pledge_of,
    lock_allocation,
    mark_undone,
    take_from_line,
    withdraw_undo,
)
from services.pledges.repository.pledges import lock_pledges, save_money
from services.pledges.repository.refunds import open_minor
from services.pledges.repository.schedules import Released, released_of, save_released_more
from shared.database import Work
from shared.events.pledges import PledgeCancelled
from shared.web.errors import UserError


class _Held(NamedTuple):
    """Everything that an undoing touches, locked."""

    line: WaitingLine
    pledge: Pledge
    allocation: Allocation


async def ask_to_undo(work: Work, allocation_id: UUID, *, by: UUID, reason: str) -> UUID:
    """The first step; returns the line. Raises AllocationRefused, UserError."""
    held = await _hold(work, allocation_id)
    if not reason.strip():
        raise AllocationRefused("Écrivez pourquoi ce rapprochement est à annuler : la raison reste avec lui.")
    if held.allocation.undo_asked_by is not None:
        raise AllocationRefused("L’annulation est déjà demandée : confirmez-la, ou abandonnez-la.")
    await ask_undo(work, allocation_id, by=by, reason=reason.strip())
    return held.line.line_id


async def give_up_undoing(work: Work, allocation_id: UUID) -> UUID:
    """The allocation stays; returns its line."""
    held = await _hold(work, allocation_id)
    if held.allocation.undo_asked_by is not None:
        await withdraw_undo(work, allocation_id)
    return held.line.line_id


async def confirm_undoing(work: Work, allocation_id: UUID, *, by: UUID) -> UUID:
    """The second step: the amount waits again, and the pledge has not received it. Returns the line."""
    line, pledge, allocation = await _hold(work, allocation_id)
    if allocation.undo_asked_by is None:
        raise AllocationRefused(
            "Personne n’a demandé cette annulation : demandez-la d’abord, avec sa raison."
        )
    await mark_undone(work, allocation_id, by=by)
    await take_from_line(work, line.line_id, -allocation.amount_minor)
    before = pledge.take_back(allocation.amount_minor)
    released = await released_of(work, pledge.pledge_id)
    await save_money(work, [before.stand_as(released.release) if released else before])
    for said in allocation_undone(allocation, pledge, currency=line.currency, made_on=work.today):
        work.record(said)
    if released:
        await _release_more(work, before, released, currency=line.currency)
    return line.line_id


async def _release_more(work: Work, pledge: Pledge, released: Released, *, currency: str) -> None:
    """Of a released pledge what it keeps is promised, no more: what it never got leaves "promised" too.

    Said as a cancellation also when it had expired: its saver had their letter then, and nothing is new to them.
    """
    in_force_minor = pledge.amount_minor - released.released_minor
    too_much = in_force_minor - pledge.kept_minor
    if too_much <= 0:
        return
    await save_released_more(work, pledge.pledge_id, released_minor=released.released_minor + too_much)
    work.record(
        PledgeCancelled(
            territory=pledge.territory,
            pledge_id=pledge.pledge_id,
            person_id=pledge.person_id,
            fund=pledge.fund,
            currency=currency,
            reference=pledge.reference,
            instrument=pledge.instrument,
            released_minor=too_much,
            cancelled_at=work.now,
        )
    )


async def _hold(work: Work, allocation_id: UUID) -> _Held:
    found = await line_and_pledge_of(work, allocation_id)
    if found is None:
        raise UserError(
            "Aucun rapprochement n’existe à cette adresse.", status=404, code="allocation_not_found"
        )
    line = await locked(work, found[0])
    (pledge,) = await lock_pledges(work, references=[], pledge_ids=[found[1]])
    allocation = await lock_allocation(work, allocation_id)
    if allocation.is_undone:
        raise AllocationRefused("Ce rapprochement est déjà annulé : il n’y a plus rien à faire.")
    if allocation.returned_minor:
        raise AllocationRefused(
            "Une partie de ce paiement a déjà été rendue par la banque : ce rapprochement ne peut plus être annulé."
        )
    if await open_minor(work, allocation_id):
        raise AllocationRefused(
            "Un remboursement de ce paiement est en cours : ce rapprochement ne peut pas être annulé."
        )
    return _Held(line, pledge, allocation)

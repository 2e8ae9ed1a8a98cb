"""Changes or cancels a pledge for whoever knows its id: its saver, by the page's address, or a treasurer.

The pledge is locked first: a change, a bank file and a round of reminders about it come one after the other.
"""

from uuid import UUID

from services.pledges.domain.commitment import Commitment
from services.pledges.domain.conditions import ConditionIsNotChanged
from services.pledges.domain.instruments import needs_authorisation
from services.pledges.domain.pledge import Pledge, PledgeState
from services.pledges.domain.terms import LetterIsNotChanged, SignedAmountStays, Terms, changed_schedule
from services.pledges.operations.cancel_mandate import cancel_mandate_of
from services.pledges.operations.decide_instruments import check_authorised
from services.pledges.operations.make_pledge import check_amount
from services.pledges.queries.conditions import condition_and_wish_of
from services.pledges.queries.pledges import PledgeView, pledge_by_id
from services.pledges.queries.schedules import schedule_of
from services.pledges.repository.pledges import lock_pledges
from services.pledges.repository.schedules import save_change, save_release
from services.pledges.settings import Settings
from shared.database import Work
from shared.events.pledges import PledgeCancelled, PledgeChanged
from shared.web.errors import UserError


async def change_pledge(
    work: Work, pledge_id: UUID, *, amount_minor: int, terms: Terms, settings: Settings
) -> PledgeView:
    """The pledge as changed; the same change again changes nothing.

    `amount_minor` is the new whole, of each month to come for `Monthly`. A pledge that was cancelled or has expired
    is taken up again; what raises what is promised is refused as a new promise would be.
    Raises UserError (404), PledgeRefused and InstrumentNotAuthorised.
    """
    check_amount(amount_minor, settings)
    pledge, view = await _locked(work, pledge_id)
    current = await schedule_of(work, view)
    schedule = changed_schedule(
        current,
        amount_minor,
        terms,
        kept_minor=pledge.kept_minor,
        least_minor=settings.min_pledge_minor,
        today=work.today,
    )
    check_amount(schedule.amount_minor, settings)  # of all months together
    if view.commitment is Commitment.SIGNED and schedule.amount_minor != pledge.amount_minor:
        raise SignedAmountStays(pledge.amount_minor)
    changed = pledge.change(schedule.amount_minor)
    if (changed, schedule, view.released_minor) == (pledge, current, 0):
        return view
    is_raised = changed.amount_minor > view.in_force_minor
    if is_raised and needs_authorisation(pledge.instrument, view.commitment):
        await check_authorised(work, pledge.instrument)
    await save_change(work, changed, schedule)
    work.record(
        PledgeChanged(
            territory=pledge.territory,
            pledge_id=pledge_id,
            person_id=pledge.person_id,
            fund=pledge.fund,
            currency=view.currency,
            reference=pledge.reference,
            instrument=pledge.instrument,
            amount_before_minor=view.in_force_minor,
            amount_minor=changed.amount_minor,
            changed_at=work.now,
        )
    )
    return await _seen(work, pledge_id)


async def cancel_pledge(work: Work, pledge_id: UUID) -> PledgeView:
    """The pledge as cancelled: what has come stays, what has not is promised no longer. Again: nothing more.

    Its mandate ends with it, and what was announced under that one. A pledge that has expired is promised no longer
    already, and stays expired. Raises UserError (404), PledgeAlreadyPaid.
    """
    pledge, view = await _locked(work, pledge_id)
    await cancel_mandate_of(work, pledge_id)  # the pledge is locked before it, as where it was signed
    if view.released_minor or pledge.state in (PledgeState.CANCELLED, PledgeState.EXPIRED):
        return view
    cancelled = pledge.cancel()
    released_minor = pledge.amount_minor - pledge.kept_minor
    await save_release(work, cancelled, released_minor=released_minor)
    work.record(
        PledgeCancelled(
            territory=pledge.territory,
            pledge_id=pledge_id,
            person_id=pledge.person_id,
            fund=pledge.fund,
            currency=view.currency,
            reference=pledge.reference,
            instrument=pledge.instrument,
            released_minor=released_minor,
            cancelled_at=work.now,
        )
    )
    return await _seen(work, pledge_id)


async def _locked(work: Work, pledge_id: UUID) -> tuple[Pledge, PledgeView]:
    locked = await lock_pledges(work, references=[], pledge_ids=[pledge_id])
    if not locked:
        raise UserError("Aucune promesse n’existe à cette adresse.", status=404, code="pledge_not_found")
    view = await _seen(work, pledge_id)
    if view.commitment is Commitment.LETTER_OF_INTENT:
        raise LetterIsNotChanged
    if (await condition_and_wish_of(work, pledge_id)).condition is not None:
        raise ConditionIsNotChanged
    return locked[0], view


async def _seen(work: Work, pledge_id: UUID) -> PledgeView:
    view = await pledge_by_id(work, pledge_id)
    assert view is not None
    return view

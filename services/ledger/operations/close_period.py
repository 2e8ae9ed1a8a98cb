"""Closes the books up to a day, for all territories at once: they are the books of one body."""

from datetime import date
from uuid import UUID

from services.ledger.operations.treasurers import check_treasurer
from services.ledger.repository import closings
from services.ledger.repository.closings import Closing
from shared.database import Work
from shared.events.ledger import PeriodClosed
from shared.values import NATIONAL, new_id
from shared.web.errors import UserError
from shared.web.numbers import date_fr, nombre


class PeriodNotClosed(UserError):
    """A period that cannot be closed, or not now; the message is for the treasurer."""

    def __init__(self, sentence: str, *, status: int = 409) -> None:
        super().__init__(sentence, status=status, code="period_not_closed")


async def close_period(work: Work, *, through: date, decision_reference: str, by: UUID) -> Closing:
    """Close the books up to a day, this day included, for good. The same again: what is there.

    Every chain is locked first, so that no batch under way posts behind it. Raises PeriodNotClosed, UserError (403).
    """
    await check_treasurer(work, by, NATIONAL)
    await closings.lock_all_chains(work)
    last = await closings.last_closing(work)
    if last is not None and last.closed_through == through:
        return last
    if through >= work.today:
        raise PeriodNotClosed("On ne clôture qu’une période terminée : choisissez un jour passé.", status=422)
    if last is not None and through < last.closed_through:
        raise PeriodNotClosed(
            f"Les comptes sont déjà clos jusqu’au {date_fr(last.closed_through)} inclus :"
            " choisissez un jour plus tard.",
            status=422,
        )
    if unproved := await closings.unproved_statements(work, through):
        raise PeriodNotClosed(
            f"Des relevés de cette période ({nombre(unproved)}) ne sont pas prouvés :"
            " importez ce qui manque, puis clôturez."
        )
    if waiting := await closings.parked_events(work):
        raise PeriodNotClosed(
            f"Des faits ({nombre(waiting)}) attendent d’être inscrits : les opérateurs les traitent avec"
            " « milliard parked list », puis clôturez."
        )
    closing = Closing(
        closing_id=new_id(),
        closed_through=through,
        decision_reference=decision_reference,
        closed_by=by,
        closed_at=work.now,
    )
    await closings.add_closing(work, closing)
    work.record(
        PeriodClosed(
            territory=NATIONAL, closing_id=closing.closing_id, closed_through=through, closed_at=work.now
        )
    )
    return closing

"""A pledge as the API answers it: what was promised, what came, what is to be paid next and where to."""

from datetime import date

from fastapi import Request, Response
from pydantic import BaseModel

from services.pledges.domain.standing import standings, to_pay
from services.pledges.queries.conditions import ConditionAndWish, condition_and_wish_of
from services.pledges.queries.pledges import PledgeView
from services.pledges.queries.schedules import schedule_of
from shared.database import Work


class InstalmentAnswer(BaseModel):
    """An instalment, and how much of it is paid: what is kept covers them in their order."""

    number: int
    due_on: date | None
    amount_minor: int
    paid_minor: int


class ToPayAnswer(BaseModel):
    """The transfer to make: all that is due, else the next instalment."""

    amount_minor: int
    due_on: date | None
    is_late: bool


class PledgeAnswer(PledgeView, ConditionAndWish):
    """A pledge, and how to pay it: `to_pay` is null once it is paid, and while a condition has triggered nothing more.

    `due_minor` is all that there is to pay of it: under a condition, what that triggered.
    """

    due_minor: int

    instalments: list[InstalmentAnswer]
    to_pay: ToPayAnswer | None
    reference_in_groups: str
    beneficiary_name: str
    beneficiary_iban: str
    url: str


async def pledge_answer(
    work: Work,
    view: PledgeView,
    request: Request,
    response: Response,
    *,
    beside: ConditionAndWish | None = None,
) -> PledgeAnswer:
    """The answer about one pledge; nobody on the way may keep it. `beside` is given by who knows it already."""
    response.headers["Cache-Control"] = "no-store"
    settings = request.app.state.settings
    if beside is None:
        beside = await condition_and_wish_of(work, view.pledge_id)
    stands = standings((await schedule_of(work, view)).instalments, view.kept_minor)
    next_ = to_pay(stands, today=work.today)
    due_minor = view.missing_minor
    if beside.condition is not None:
        due_minor = beside.condition.due_minor
        next_ = next_._replace(amount_minor=due_minor) if next_ and due_minor else None
    # Every value was checked where it came from: to check them all again takes a tenth of the request.
    return PledgeAnswer.model_construct(
        **vars(view),
        **vars(beside),
        due_minor=due_minor,
        instalments=[InstalmentAnswer.model_construct(**standing._asdict()) for standing in stands],
        to_pay=ToPayAnswer.model_construct(**next_._asdict()) if next_ else None,
        reference_in_groups=view.reference_printed,
        beneficiary_name=settings.beneficiary_name,
        beneficiary_iban=settings.beneficiary_iban,
        url=f"{settings.public_url}/promesses/{view.pledge_id}",
    )

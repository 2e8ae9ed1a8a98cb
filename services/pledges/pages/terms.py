"""The fields of a form that say how a pledge is paid. Those of the ways that were not chosen are ignored."""

import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

from fastapi import Form

from services.pledges.domain.days import DayNotUnderstood, day_from
from services.pledges.domain.pledge import PledgeRefused
from services.pledges.domain.schedule import Every, Kind, Schedule
from services.pledges.domain.standing import standings
from services.pledges.domain.terms import (
    DateOutOfLimits,
    Monthly,
    MonthsOutOfLimits,
    Once,
    Parts,
    PartsOutOfLimits,
    PartTooSmall,
    Terms,
    default_terms,
)

WAYS = {
    Kind.ONCE: ("En une fois", "À la date de votre choix, sinon dans les trente jours."),
    Kind.INSTALMENTS: ("En plusieurs fois", "Le montant est partagé en versements égaux."),
    Kind.MONTHLY: (
        "Chaque mois",
        "Le montant est celui de chaque mois, jusqu’à la date que vous choisissez.",
    ),
}
RHYTHMS = {Every.MONTH: "Tous les mois", Every.QUARTER: "Tous les trois mois", Every.YEAR: "Tous les ans"}

Typed = Annotated[str, Form(max_length=40)]
_FIRST_DATE = {
    Kind.ONCE: "due_on",
    Kind.INSTALMENTS: "parts_first_on",
    Kind.MONTHLY: "monthly_first_on",
}


@dataclass(frozen=True)
class TermsForm:
    """What was typed; each field as a browser sends it."""

    how: Typed = Kind.ONCE.value
    due_on: Typed = ""
    parts: Typed = ""
    parts_every: Typed = Every.MONTH.value
    parts_first_on: Typed = ""
    monthly_first_on: Typed = ""
    monthly_last_on: Typed = ""

    @property
    def values(self) -> dict[str, str]:
        return asdict(self)

    def read(self, *, today: date) -> tuple[Terms | None, dict[str, str]]:
        """The terms, or None and one sentence for each wrong field."""
        errors: dict[str, str] = {}

        def day(name: str) -> date:
            try:
                return day_from(getattr(self, name))
            except DayNotUnderstood as refusal:
                errors[name] = str(refusal)
                return today

        terms: Terms | None = None
        match self.how:
            case Kind.ONCE:
                terms = Once(day("due_on")) if self.due_on.strip() else default_terms(today)
            case Kind.INSTALMENTS:
                if self.parts_every not in set(Every):
                    errors["parts_every"] = "Choisissez un rythme dans la liste."
                if not re.fullmatch("[0-9]{1,3}", self.parts.strip(), re.ASCII):
                    errors["parts"] = "Écrivez un nombre de versements, par exemple 12."
                first_on = day("parts_first_on")
                if not errors:
                    terms = Parts(int(self.parts), first_on, Every(self.parts_every))
            case Kind.MONTHLY:
                terms = Monthly(day("monthly_first_on"), day("monthly_last_on"))
            case _:
                errors["how"] = "Choisissez une façon de verser."
        return (None if errors else terms), errors


def field_of(refusal: PledgeRefused, how: str) -> str:
    """The field that a refusal is about."""
    match refusal:
        case DateOutOfLimits():
            return _FIRST_DATE[Kind(how)]
        case PartsOutOfLimits() | PartTooSmall():
            return "parts"
        case MonthsOutOfLimits():
            return "monthly_last_on"
    return "amount"


def form_of(schedule: Schedule, *, kept_minor: int, today: date) -> TermsForm:
    """The form that says what is left of a schedule: sent as it is, it asks for the same."""
    left = [one for one in standings(schedule.instalments, kept_minor) if one.missing_minor]
    next_on = left[0].due_on if left else None
    first_on = (next_on or default_terms(today).due_on).isoformat()
    last_on = schedule.last_due_on
    return TermsForm(
        how=schedule.kind.value,
        due_on=first_on,
        parts=str(max(1, len(left))) if schedule.kind is Kind.INSTALMENTS else "",
        parts_every=_rhythm(schedule).value,
        parts_first_on=first_on,
        monthly_first_on=first_on,
        monthly_last_on=last_on.isoformat() if schedule.kind is Kind.MONTHLY and last_on else "",
    )


def _rhythm(schedule: Schedule) -> Every:
    """The time between the last two instalments."""
    days = [one.due_on for one in schedule.instalments[-2:] if one.due_on is not None]
    if len(days) == 2:
        months = (days[1].year - days[0].year) * 12 + days[1].month - days[0].month
        return next((every for every in Every if every.months == months), Every.MONTH)
    return Every.MONTH

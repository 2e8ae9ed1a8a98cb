"""What projects need beside what savers say they would bring: by territory and family of money, by horizon where known.

Two kinds of figure that are never subtracted. Needs are those of organisations that a public decision approved, whole,
paid or not. Savings are answers to a survey: neither promised nor received, of persons who chose to answer. Their sum
is a least: each person counts for the least of the bracket that they chose, and for nothing when they could not say.
"""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from services.pledges.domain.survey.publishing import Results, Table
from services.pledges.domain.survey.questionnaire import Offer, Question, Questionnaire
from services.pledges.queries.survey_tables import FigureView, table_view
from shared.database import Work

EVERYWHERE = "tous"
"""All territories together, in a column of codes."""


class Money(BaseModel):
    """An amount in minor units of its currency."""

    amount_minor: int
    currency: str


class NeedsAndSavings(BaseModel):
    """One family of money in one territory, or in all (`tous`). What savers would bring is null where too few said so.

    `at_least_minor` is in cents of euro; `horizons` counts those who would invest by how long they could wait.
    """

    territory: str
    family: str
    needs: int
    needed: list[Money]
    persons: int | None
    at_least_minor: int | None
    amounts: list[FigureView]
    horizons: list[FigureView]


class NeedSum(BaseModel):
    """The approved needs of a territory in one family and currency."""

    territory: str
    family: str
    currency: str
    needs: int
    amount_minor: int


async def needs_by_territory(work: Work) -> list[NeedSum]:
    """The sums of all approved needs, in the order of their territories."""
    rows = await work.execute(
        """
        select territory, family, currency, count(*) as needs, sum(amount_minor) as amount_minor
        from approved_needs group by territory, family, currency order by territory, family, currency
        """
    )
    return [NeedSum.model_validate(dict(row)) for row in rows.mappings()]


def needs_beside_savings(
    questionnaire: Questionnaire, results: Results, needs: Sequence[NeedSum]
) -> list[NeedsAndSavings]:
    """All territories together first, then each that has needs or savers enough to be shown."""
    if not results.responses:
        return []
    lines = [
        _line(questionnaire, results, offer, needs, place)
        for place in (EVERYWHERE, *_places(questionnaire, results, needs))
        for offer in questionnaire.offers
    ]
    return [line for line in lines if line.territory == EVERYWHERE or line.needs or line.persons is not None]


def _places(questionnaire: Questionnaire, results: Results, needs: Sequence[NeedSum]) -> list[str]:
    shown = {place for offer in questionnaire.offers for place in results.of(offer.amount).by_territory}
    return sorted(shown | {one.territory for one in needs})


def _line(
    questionnaire: Questionnaire, results: Results, offer: Offer, needs: Sequence[NeedSum], place: str
) -> NeedsAndSavings:
    wanted = [one for one in needs if one.family == offer.family and place in (EVERYWHERE, one.territory)]
    amounts = _table(results, offer.amount, place)
    horizons = _table(results, offer.horizon, place) if offer.horizon else None
    question = questionnaire.question(offer.amount)
    return NeedsAndSavings(
        territory=place,
        family=offer.family,
        needs=sum(one.needs for one in wanted),
        needed=list(_by_currency(wanted)),
        persons=amounts.answered if amounts else None,
        at_least_minor=_at_least(question, amounts) if amounts else None,
        amounts=table_view(question, amounts).figures if amounts else [],
        horizons=table_view(questionnaire.question(offer.horizon), horizons).figures
        if offer.horizon and horizons
        else [],
    )


def _table(results: Results, question_id: str, place: str) -> Table | None:
    """The table of a question where its amounts are told apart."""
    result = results.of(question_id)
    table = result.total if place == EVERYWHERE else result.by_territory.get(place)
    return table if table and table.figures else None


def _by_currency(needs: Sequence[NeedSum]) -> Iterator[Money]:
    for currency in sorted({one.currency for one in needs}):
        amount_minor = sum(one.amount_minor for one in needs if one.currency == currency)
        yield Money(amount_minor=amount_minor, currency=currency)


def _at_least(question: Question, table: Table) -> int:
    """Joined brackets count for the least of the lowest."""
    return sum(
        figure.responses * min(question.option(id).least_minor or 0 for id in figure.options)
        for figure in table.figures
    )

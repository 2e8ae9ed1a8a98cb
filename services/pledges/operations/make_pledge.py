"""Takes a promise: checks it, gives it a reference that nobody can count or guess, and tells the others."""

import secrets
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

from services.pledges.domain.commitment import Commitment
from services.pledges.domain.conditions import ConditionStandsAlone, ConditionTerms
from services.pledges.domain.earmark import Earmark
from services.pledges.domain.funds import funds
from services.pledges.domain.particulars import PLAIN, Particulars
from services.pledges.domain.pledge import AmountOutOfLimits, Pledge, UnknownFund, UnknownTerritory
from services.pledges.domain.references import issue_reference, territory_number
from services.pledges.domain.schedule import Instalment, Kind, Schedule
from services.pledges.domain.terms import LetterHasNoDates, Terms, default_terms, schedule_for
from services.pledges.domain.thresholds import Scope, TargetAlreadyReached, counted_minor
from services.pledges.operations.check_particulars import check_particulars
from services.pledges.queries.conditions import promised_condition
from services.pledges.queries.particulars import particulars_of
from services.pledges.queries.pledges import PledgeView, pledge_by_id, pledge_with_key
from services.pledges.queries.schedules import schedule_of
from services.pledges.repository.conditions import add_condition, add_earmark
from services.pledges.repository.matching import received_by
from services.pledges.repository.particulars import add_particulars
from services.pledges.repository.pledges import add_pledge
from services.pledges.repository.schedules import add_instalments
from services.pledges.settings import Settings
from shared.database import Work
from shared.events.pledges import PledgeMade
from shared.values import territory_codes
from shared.web.errors import UserError
from shared.web.numbers import euros

CURRENCY = "EUR"
SERIALS = 10**9
"""Nine random digits under the territory's three: sixteen characters to copy. A reference gives no access."""

ATTEMPTS = 20
"""Even with half of a territory's references taken, twenty failures in a row are one in a million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What somebody wants to promise. `person_id` is None for whoever is not signed in.

    Without `terms` it is due once, in thirty days; with `Monthly` ones, `amount_minor` is promised for each month.
    A letter of intent has no terms: no payment is expected of it. Neither has a promise under a `condition`: its funder
    is told when something is due. `earmark`: what they wish it to be for."""

    amount_minor: int
    territory: str
    fund: str
    person_id: UUID | None = None
    idempotency_key: str | None = None
    said: Particulars = PLAIN
    terms: Terms | None = None
    condition: ConditionTerms | None = None
    earmark: Earmark | None = None


async def make_pledge(work: Work, promise: Promise, *, settings: Settings) -> PledgeView:
    """The new pledge, whose id opens its page; the earlier one when the key is repeated."""
    check_amount(promise.amount_minor, settings)
    schedule = _schedule(promise, work, settings)
    check_territory(promise.territory)
    check_fund(promise.fund)
    says_more = promise.said != PLAIN
    if says_more:
        promise = replace(promise, said=await check_particulars(work, promise.said))
    key_hash = sha256(promise.idempotency_key.encode()).hexdigest() if promise.idempotency_key else None
    for _ in range(ATTEMPTS):
        if key_hash and (earlier := await pledge_with_key(work, key_hash)):
            return await _the_same(work, earlier, promise, schedule)
        pledge = Pledge(
            pledge_id=uuid4(),
            person_id=promise.person_id or uuid4(),
            territory=promise.territory,
            fund=promise.fund,
            amount_minor=schedule.amount_minor,
            reference=issue_reference(territory_number(promise.territory), secrets.randbelow(SERIALS)),
            instrument=promise.said.instrument,
        )
        await _check_target(work, pledge, promise.condition)
        if await add_pledge(
            work,
            pledge,
            by_member=promise.person_id is not None,
            currency=CURRENCY,
            made_at=work.now,
            idempotency_hash=key_hash,
            said=promise.said,
            schedule=schedule,
        ):
            await add_instalments(work, pledge, schedule)
            if promise.condition:
                await add_condition(work, pledge, promise.condition)
            if promise.earmark:
                await add_earmark(work, pledge, promise.earmark)
            if says_more:
                await add_particulars(work, [(pledge, promise.said)], now=work.now)
            work.record(
                pledge_made(
                    pledge,
                    promise.said,
                    schedule,
                    work,
                    settings,
                    is_conditional=promise.condition is not None,
                )
            )
            return _as_made(pledge, schedule, promise, work)
    raise no_free_reference()


async def _check_target(work: Work, pledge: Pledge, terms: ConditionTerms | None) -> None:
    """Raises TargetAlreadyReached for a threshold that what others have paid covers already."""
    if terms is None or terms.target_minor is None:
        return
    territory = None if terms.is_everywhere else pledge.territory
    scope = Scope(pledge.person_id, territory, pledge.fund, terms.until_on)
    received = await received_by(work, [scope], today=work.today)
    if counted_minor(received, scope) >= terms.target_minor:
        raise TargetAlreadyReached


def no_free_reference() -> UserError:
    """Too many references of a territory are taken."""
    return UserError(
        "Aucune référence n’est libre pour ce territoire : prévenez l’équipe technique.", status=503
    )


def check_amount(amount_minor: int, settings: Settings) -> None:
    """Raises AmountOutOfLimits."""
    if amount_minor < settings.min_pledge_minor:
        raise AmountOutOfLimits(f"Le plus petit montant possible est {euros(settings.min_pledge_minor)}.")
    if amount_minor > settings.max_pledge_minor:
        raise AmountOutOfLimits(
            f"Au-delà de {euros(settings.max_pledge_minor)}, écrivez-nous : nous préparerons ce don ensemble."
        )


def check_territory(code: str) -> None:
    """Raises UnknownTerritory; the national lane is none where people live."""
    if code not in territory_codes():
        raise UnknownTerritory


def check_fund(code: str) -> None:
    """Raises UnknownFund."""
    if code not in funds():
        raise UnknownFund


def _schedule(promise: Promise, work: Work, settings: Settings) -> Schedule:
    today, commitment = work.today, promise.said.commitment
    if promise.condition is not None:
        if promise.terms is not None or commitment is Commitment.LETTER_OF_INTENT:
            raise ConditionStandsAlone
        return undated(promise.amount_minor)
    if promise.terms is None:
        return plain_schedule(promise.amount_minor, commitment, today)
    if commitment is Commitment.LETTER_OF_INTENT:
        raise LetterHasNoDates
    schedule = schedule_for(
        promise.amount_minor, promise.terms, least_minor=settings.min_pledge_minor, today=today
    )
    check_amount(schedule.amount_minor, settings)  # of all months together
    return schedule


def plain_schedule(amount_minor: int, commitment: Commitment, today: date) -> Schedule:
    """The schedule of a pledge for which nothing was chosen: once, in thirty days; a letter of intent on no day."""
    if commitment is Commitment.LETTER_OF_INTENT:
        return undated(amount_minor)
    return Schedule(Kind.ONCE, (Instalment(1, default_terms(today).due_on, amount_minor),))


def undated(amount_minor: int) -> Schedule:
    """The schedule of a pledge that is due on no day."""
    return Schedule(Kind.ONCE, (Instalment(1, None, amount_minor),))


async def _the_same(work: Work, earlier: Pledge, promise: Promise, schedule: Schedule) -> PledgeView:
    """The earlier pledge. A date that nobody chose was counted from the day of the first request."""
    view = await pledge_by_id(work, earlier.pledge_id)
    assert view is not None
    said = (earlier.amount_minor, earlier.territory, earlier.fund, await particulars_of(work, earlier))
    condition, earmark = await promised_condition(work, earlier.pledge_id)
    if condition and promise.condition:  # said or not, the beginning moves with the day
        condition = condition._replace(from_on=promise.condition.from_on)
    is_same = (*said, view.schedule, condition, earmark) == (
        schedule.amount_minor,
        promise.territory,
        promise.fund,
        promise.said,
        schedule.kind,
        promise.condition,
        promise.earmark,
    )
    if not is_same or (promise.terms is not None and await schedule_of(work, view) != schedule):
        raise UserError(
            "Cette clé d’idempotence a déjà servi pour une autre promesse : choisissez-en une nouvelle.",
            status=422,
            code="idempotency_key_reused",
        )
    return view


def _as_made(pledge: Pledge, schedule: Schedule, promise: Promise, work: Work) -> PledgeView:
    """What a read would say of it: nothing else has happened to it yet."""
    return PledgeView(
        pledge_id=pledge.pledge_id,
        person_id=None if promise.person_id else pledge.person_id,
        territory=pledge.territory,
        fund=pledge.fund,
        amount_minor=pledge.amount_minor,
        currency=CURRENCY,
        reference=pledge.reference,
        state=pledge.state,
        received_minor=0,
        returned_minor=0,
        made_at=work.now,
        payer_kind=promise.said.payer_kind,
        payer_name=promise.said.payer.name if promise.said.payer else None,
        instrument=promise.said.instrument,
        commitment=promise.said.commitment,
        schedule=schedule.kind,
        due_on=schedule.last_due_on,
        released_minor=0,
    )


def pledge_made(
    pledge: Pledge,
    said: Particulars,
    schedule: Schedule,
    work: Work,
    settings: Settings,
    *,
    is_conditional: bool = False,
) -> PledgeMade:
    """What the others are told of a new pledge: nobody's name is in it."""
    return PledgeMade(
        territory=pledge.territory,
        pledge_id=pledge.pledge_id,
        person_id=pledge.person_id,
        fund=pledge.fund,
        amount_minor=pledge.amount_minor,
        currency=CURRENCY,
        reference=pledge.reference,
        beneficiary_name=settings.beneficiary_name,
        beneficiary_iban=settings.beneficiary_iban,
        made_at=work.now,
        payer_kind=said.payer_kind,
        instrument=said.instrument,
        commitment=said.commitment,
        instalment_count=len(schedule.instalments),
        first_due_on=schedule.instalments[0].due_on,
        first_due_minor=schedule.instalments[0].amount_minor,
        is_conditional=is_conditional,
    )

"""Takes a promise: checks it, gives it a reference that nobody can count or guess, and tells the others."""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4

from services.pledges.domain.funds import funds
from services.pledges.domain.pledge import AmountOutOfLimits, Pledge, UnknownFund, UnknownTerritory
from services.pledges.domain.references import issue_reference, territory_number
from services.pledges.queries.pledges import PledgeView, pledge_by_id, pledge_with_key
from services.pledges.repository.pledges import add_pledge
from services.pledges.settings import Settings
from shared.database import Work
from shared.events.pledges import PledgeMade
from shared.values import territories
from shared.web.errors import UserError
from shared.web.numbers import euros

CURRENCY = "EUR"
SERIALS = 10**9
"""Nine random digits under the territory's three: sixteen characters to copy. A reference gives no access."""

ATTEMPTS = 20
"""Even with half of a territory's references taken, twenty failures in a row are one in a million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What somebody wants to promise. `person_id` is None for whoever is not signed in."""

    amount_minor: int
    territory: str
    fund: str
    person_id: UUID | None = None
    idempotency_key: str | None = None


async def make_pledge(work: Work, promise: Promise, *, settings: Settings) -> PledgeView:
    """The new pledge, whose id opens its page; the earlier one when the key is repeated."""
    check_amount(promise.amount_minor, settings)
    check_territory(promise.territory)
    check_fund(promise.fund)
    key_hash = sha256(promise.idempotency_key.encode()).hexdigest() if promise.idempotency_key else None
    for _ in range(ATTEMPTS):
        if key_hash and (earlier := await pledge_with_key(work, key_hash)):
            return await _the_same(work, earlier, promise)
        pledge = Pledge(
            pledge_id=uuid4(),
            person_id=promise.person_id or uuid4(),
            territory=promise.territory,
            fund=promise.fund,
            amount_minor=promise.amount_minor,
            reference=issue_reference(territory_number(promise.territory), secrets.randbelow(SERIALS)),
        )
        if await add_pledge(
            work,
            pledge,
            by_member=promise.person_id is not None,
            currency=CURRENCY,
            made_at=work.now,
            idempotency_hash=key_hash,
        ):
            work.record(_pledge_made(pledge, work, settings))
            return _as_made(pledge, promise, work)
    raise UserError(
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
    if code not in {territory.code for territory in territories()}:
        raise UnknownTerritory


def check_fund(code: str) -> None:
    """Raises UnknownFund."""
    if code not in funds():
        raise UnknownFund


async def _the_same(work: Work, earlier: Pledge, promise: Promise) -> PledgeView:
    if (earlier.amount_minor, earlier.territory, earlier.fund) != (
        promise.amount_minor,
        promise.territory,
        promise.fund,
    ):
        raise UserError(
            "Cette clé d’idempotence a déjà servi pour une autre promesse : choisissez-en une nouvelle.",
            status=422,
            code="idempotency_key_reused",
        )
    view = await pledge_by_id(work, earlier.pledge_id)
    assert view is not None
    return view


def _as_made(pledge: Pledge, promise: Promise, work: Work) -> PledgeView:
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
    )


def _pledge_made(pledge: Pledge, work: Work, settings: Settings) -> PledgeMade:
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
    )

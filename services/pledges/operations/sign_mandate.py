"""Signs a mandate for a promise: who pays, from which account, how often, and what text was agreed to."""

import secrets
from dataclasses import dataclass
from uuid import UUID, uuid4

from services.pledges.domain.commitment import Commitment
from services.pledges.domain.mandate import (
    LAST_DAY,
    LONGEST_HOLDER,
    MOST_MANDATES,
    DayRefused,
    DirectDebitOff,
    HolderRefused,
    Mandate,
    MandateExists,
    MonthlyAmountRefused,
    NothingToCollect,
    Rhythm,
    RhythmRefused,
    Source,
    TextNotAccepted,
    TooManyMandates,
)
from services.pledges.domain.mandate_text import MandateText
from services.pledges.domain.pledge import PledgeState
from services.pledges.formats.payer_iban import read_payer_iban
from services.pledges.operations.cancel_mandate import make_room_for_mandate
from services.pledges.queries.conditions import condition_and_wish_of
from services.pledges.queries.pledges import PledgeView
from services.pledges.repository.mandates import add_mandate, count_mandates
from services.pledges.settings import Settings
from shared.database import Work
from shared.web.numbers import euros

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No letter that reads like a figure: a bank may ask for the reference by telephone."""

REFERENCE_CHARACTERS = 20
"""Ninety-nine random bits: neither counted nor guessed. With its prefix 29 characters, of the 35 that SEPA allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateTerms:
    """What somebody wrote into the mandate. `amount_minor` and `day` are for a monthly one, and ignored otherwise."""

    holder_name: str
    iban: str
    rhythm: str
    amount_minor: int | None = None
    day: int | None = None
    text_digest: str = ""


def present_text(settings: Settings) -> MandateText:
    """The text that is signed now. Raises DirectDebitOff."""
    if settings.collecting_creditor_id is None:
        raise DirectDebitOff
    return MandateText(
        creditor_name=settings.beneficiary_name,
        creditor_id=settings.collecting_creditor_id,
        prenotification_days=settings.prenotification_days,
    )


async def sign_mandate(
    work: Work, pledge: PledgeView, terms: MandateTerms, *, source: Source, settings: Settings
) -> UUID:
    """The id of the new mandate. Raises a MandateRefused."""
    text = present_text(settings)
    rhythm = check_rhythm(terms.rhythm)
    if (
        not is_collectable(pledge)
        or (await condition_and_wish_of(work, pledge.pledge_id)).condition is not None
    ):
        raise NothingToCollect  # under a condition, what is due is called for by letter
    holder_name, iban = check_holder(terms.holder_name), read_payer_iban(terms.iban)
    is_monthly = rhythm is Rhythm.MONTHLY
    if is_monthly:
        check_monthly(terms.amount_minor, terms.day, pledge=pledge, settings=settings)
    if not secrets.compare_digest(terms.text_digest.encode(), text.digest.encode()):
        raise TextNotAccepted
    if await count_mandates(work, pledge.pledge_id) >= MOST_MANDATES:
        raise TooManyMandates
    await make_room_for_mandate(work, pledge.pledge_id, creditor_id=text.creditor_id, on=work.today)
    mandate_id = uuid4()
    added = await add_mandate(
        work,
        Mandate(
            territory=pledge.territory,
            mandate_id=mandate_id,
            pledge_id=pledge.pledge_id,
            mandate_reference=_new_reference(),
            holder_name=holder_name,
            iban=iban,
            rhythm=rhythm,
            amount_minor=terms.amount_minor if is_monthly else None,
            day=terms.day if is_monthly else None,
            creditor_name=text.creditor_name,
            creditor_id=text.creditor_id,
            prenotification_days=text.prenotification_days,
            text_version=text.version,
            text_digest=text.digest,
            source=source,
            signed_at=work.now,
        ),
    )
    if not added:
        raise MandateExists
    return mandate_id


def is_collectable(pledge: PledgeView) -> bool:
    """Whether a mandate could collect anything for a pledge."""
    return (
        bool(pledge.missing_minor)
        and pledge.state is not PledgeState.CANCELLED
        and pledge.commitment is not Commitment.LETTER_OF_INTENT  # no payment is expected of it
    )


def check_rhythm(rhythm: str) -> Rhythm:
    """Raises RhythmRefused."""
    try:
        return Rhythm(rhythm)
    except ValueError:
        raise RhythmRefused from None


def check_holder(name: str) -> str:
    """The name on one line. Raises HolderRefused."""
    line = " ".join(name.split())
    if not line or len(line) > LONGEST_HOLDER or not line.isprintable() or not any(map(str.isalpha, line)):
        raise HolderRefused
    return line


def check_monthly(
    amount_minor: int | None, day: int | None, *, pledge: PledgeView, settings: Settings
) -> None:
    """Raises DayRefused, MonthlyAmountRefused."""
    if day is None or not 1 <= day <= LAST_DAY:
        raise DayRefused
    least = min(settings.min_pledge_minor, pledge.missing_minor)
    if amount_minor is None or not least <= amount_minor <= pledge.missing_minor:
        raise MonthlyAmountRefused(
            f"Choisissez un montant par mois entre {euros(least)} et {euros(pledge.missing_minor)}, "
            "qui est ce qui reste à payer."
        )


def _new_reference() -> str:
    return "MILLIARD-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_CHARACTERS))

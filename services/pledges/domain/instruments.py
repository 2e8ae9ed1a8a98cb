"""With which instrument a pledge would be paid: data (`instruments.csv`), since which ones there are is a choice of the
movement, and which ones it may use is the law's.

The file says what holds until a treasurer decides otherwise (`instrument_authorisations`). A gift needs no
authorisation and is never switched off: a plain promise asks nobody. A letter of intent may name any instrument.
"""

import csv
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from services.pledges.domain.commitment import Commitment
from services.pledges.domain.fields import FieldRefused, line_within
from services.pledges.domain.payer import MAX_NAME
from services.pledges.domain.pledge import GIFT

CROSS_SUBSCRIPTION = "cross_subscription"

LEAST_GROUND = 10
MOST_GROUND = 500
"""An article of law and a sentence; what is longer belongs into the decision that it names."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument. `reason` is what people read while it is not authorised, empty when it is."""

    code: str
    name: str
    description: str
    is_authorised: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossSubscription:
    """The organisation of which a cross-subscription would take shares; `siren` in compact form."""

    organisation_name: str
    siren: str


@cache
def instruments() -> dict[str, Instrument]:
    """Every instrument with what holds by default, by code."""
    text = resources.files("services.pledges.domain").joinpath("instruments.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Instrument(
            code=row["code"],
            name=row["name"],
            description=row["description"],
            is_authorised=row["is_authorised"] == "yes",
            reason=row["reason"],
        )
        for row in csv.DictReader(text.splitlines())
    }


class InstrumentRefused(FieldRefused):
    """A pledge cannot be made with this instrument."""

    field = "instrument"


class UnknownInstrument(InstrumentRefused):
    """No instrument has this code."""

    sentence = "Choisissez un instrument dans la liste."


class InstrumentNotAuthorised(InstrumentRefused):
    """More than an intention, with an instrument that the movement may not use yet."""

    sentence = (
        "{name} : ce n’est pas encore possible. {reason} Vous pouvez le dire dans une lettre d’intention."
    )


class SubscribedOrganisationMissing(InstrumentRefused):
    """A cross-subscription that does not say in whom."""

    field = "subscribed_name"
    sentence = "Une souscription croisée nomme l’organisation où vous souscririez, avec son numéro SIREN."


class NothingToSubscribe(InstrumentRefused):
    """An organisation to subscribe in, with an instrument that subscribes in none."""

    field = "subscribed_name"
    sentence = (
        "Seule une souscription croisée nomme une organisation où souscrire : laissez ces champs vides, ou choisissez "
        "cet instrument."
    )


class GiftStaysOn(InstrumentRefused):
    """The gift was to be authorised or switched off."""

    sentence = "Le don ne demande pas d’autorisation : il ne se suspend pas ici."


class GroundMissing(InstrumentRefused):
    """Nobody switches an instrument without saying why."""

    field = "ground"
    sentence = (
        "Écrivez le fondement de cette décision en une phrase, de {least} caractères au moins : pour autoriser, la loi "
        "ou l’agrément ; pour suspendre, la raison que les gens liront."
    )


def check_instrument(code: str, cross_subscription: CrossSubscription | None) -> CrossSubscription | None:
    """The organisation to subscribe in, its name on one line; None where there is none.

    Raises UnknownInstrument, SubscribedOrganisationMissing or NothingToSubscribe, or FieldRefused for the name.
    """
    if code not in instruments():
        raise UnknownInstrument
    if code != CROSS_SUBSCRIPTION:
        if cross_subscription is not None:
            raise NothingToSubscribe
        return None
    if cross_subscription is None:
        raise SubscribedOrganisationMissing
    name = line_within(cross_subscription.organisation_name, field="subscribed_name", most=MAX_NAME)
    return replace(cross_subscription, organisation_name=name)


def needs_authorisation(code: str, commitment: Commitment) -> bool:
    """Whether somebody must have authorised the instrument for such a pledge."""
    return code != GIFT and commitment is not Commitment.LETTER_OF_INTENT


def check_ground(text: str) -> str:
    """The ground of a decision, on one line. Raises GroundMissing or FieldRefused."""
    if len(" ".join(text.split())) < LEAST_GROUND:
        raise GroundMissing(least=LEAST_GROUND)
    return line_within(text, field="ground", most=MOST_GROUND)

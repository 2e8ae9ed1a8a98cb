"""Reads what the forms of a promise ask for, part by part: what, who, with which instrument and how firmly."""

from functools import partial
from typing import NamedTuple

from services.pledges.domain.amounts import cents_from
from services.pledges.domain.commitment import Commitment
from services.pledges.domain.fields import FieldRefused, line_within
from services.pledges.domain.instruments import UnknownInstrument, instruments
from services.pledges.domain.particulars import Particulars
from services.pledges.domain.payer import (
    MAX_CAPACITY,
    MAX_NAME,
    ORGANISATIONS,
    NotAnOrganisation,
    Organisation,
    PayerKind,
    identified,
)
from services.pledges.formats.identifiers import read_rna, read_siren, read_subscription
from services.pledges.operations.make_pledge import check_amount, check_fund, check_territory
from services.pledges.pages.filled_form import FilledForm
from services.pledges.settings import Settings

_PAYER_FIELDS = {"siren", "rna", "name", "signatory_name", "signatory_capacity"}


class UnknownCommitment(FieldRefused):
    """The form was changed on its way."""

    field = "commitment"
    sentence = "Choisissez une promesse, une lettre d’intention ou un engagement signé."


class Asked(NamedTuple):
    """What every promise says."""

    amount_minor: int
    territory: str
    fund: str


def asked_in(form: FilledForm, settings: Settings) -> Asked | None:
    """Amount, territory and fund; None when one of them is to be corrected."""
    amount_minor = form.read("amount", lambda text: _amount(text, settings))
    form.read("territory", check_territory)
    form.read("fund", check_fund)
    if amount_minor is None or form.errors:
        return None
    return Asked(amount_minor, form.text("territory"), form.text("fund"))


def _amount(text: str, settings: Settings) -> int:
    amount_minor = cents_from(text)
    check_amount(amount_minor, settings)
    return amount_minor


def payer_in(form: FilledForm) -> Organisation | None:
    """The organisation; None when something of it is to be corrected."""
    kind = form.read("kind", _kind)
    siren, rna = form.read("siren", read_siren), form.read("rna", read_rna)
    for field, most in (
        ("name", MAX_NAME),
        ("signatory_name", MAX_NAME),
        ("signatory_capacity", MAX_CAPACITY),
    ):
        form.read(field, partial(line_within, field=field, most=most))
    if kind is None or form.errors.keys() & _PAYER_FIELDS:
        return None
    try:
        return identified(
            Organisation(
                kind=kind,
                name=form.text("name"),
                siren=siren,
                rna=rna,
                tribunal_reference=form.text("tribunal_reference"),
                signatory_name=form.text("signatory_name"),
                signatory_capacity=form.text("signatory_capacity"),
            )
        )
    except FieldRefused as refusal:
        form.refuse(refusal, field="kind")
        return None


def _kind(text: str) -> PayerKind:
    """Raises NotAnOrganisation."""
    if text not in ORGANISATIONS:
        raise NotAnOrganisation
    return PayerKind(text)


def read_commitment(text: str) -> Commitment:
    """Raises UnknownCommitment."""
    try:
        return Commitment(text)
    except ValueError:
        raise UnknownCommitment from None


def said_in(form: FilledForm, commitment: Commitment | None) -> Particulars | None:
    """Instrument and commitment; None when one of them is to be corrected."""
    instrument = form.text("instrument")
    if instrument not in instruments():
        form.refuse(UnknownInstrument(), field="instrument")
    try:
        subscription = read_subscription(form.text("subscribed_name"), form.text("subscribed_siren"))
    except FieldRefused as refusal:
        form.refuse(refusal, field="subscribed_siren")
        return None
    if commitment is None or form.errors:
        return None
    return Particulars(instrument=instrument, commitment=commitment, cross_subscription=subscription)

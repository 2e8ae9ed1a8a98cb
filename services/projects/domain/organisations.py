"""Organisations: who may be registered as a partner, by which identifiers, and who speaks for it."""

from dataclasses import dataclass

from services.projects.domain.refusals import Refusal, line_within

MAX_NAME = 140
MAX_TRIBUNAL_REFERENCE = 80

ALSACE_MOSELLE = frozenset({"57", "67", "68"})
"""Local law of 1908: associations are in their tribunal's register, by volume and folio, not in the RNA."""


class OrganisationUnknown(Refusal):
    """No organisation has this id."""

    sentence = "Cette organisation n’est pas dans le registre : vérifiez l’adresse ou inscrivez-la."


class OrganisationAlreadyRegistered(Refusal):
    """Another registration has one of these identifiers."""

    sentence = (
        "Une organisation est déjà inscrite avec cet identifiant : demandez à la personne qui la représente, "
        "ou cherchez-la dans le registre."
    )


class IdentifierMissing(Refusal):
    """None of the identifiers that prove that an organisation exists."""

    field = "siren"
    sentence = "Indiquez le numéro SIREN ou le numéro RNA de l’organisation : il figure sur son récépissé."


class SirenInvalid(Refusal):
    """Neither a SIREN nor a SIRET with its check digit."""

    field = "siren"
    sentence = "Ce numéro SIREN n’est pas valable : il compte 9 chiffres (14 pour un SIRET), vérifiez chacun."


class RnaInvalid(Refusal):
    """Not a number of the Répertoire national des associations."""

    field = "rna"
    sentence = "Ce numéro RNA n’est pas valable : il commence par W, suivi de 9 caractères (W641000000)."


class TribunalReferenceElsewhere(Refusal):
    """A tribunal's volume and folio outside Alsace-Moselle."""

    field = "tribunal_reference"
    sentence = (
        "Le volume et le folio du tribunal ne valent qu’en Alsace et en Moselle (57, 67, 68) : "
        "indiquez le SIREN ou le RNA."
    )


class NotItsRepresentative(Refusal):
    """Somebody acts for an organisation that they do not represent."""

    sentence = (
        "Seule la personne qui représente cette organisation peut faire cela : connectez-vous à son compte."
    )


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What proves that an organisation exists; at least one of the three. Numbers are in compact form."""

    siren: str | None = None
    rna: str | None = None
    tribunal_reference: str | None = None


def sufficient(identifiers: Identifiers, *, territory: str) -> Identifiers:
    """The identifiers, when they are enough in the organisation's territory.

    Raises IdentifierMissing, TribunalReferenceElsewhere or TextTooLong.
    """
    if identifiers.tribunal_reference:
        if territory not in ALSACE_MOSELLE:
            raise TribunalReferenceElsewhere()
        line_within(identifiers.tribunal_reference, most=MAX_TRIBUNAL_REFERENCE)
    if not (identifiers.siren or identifiers.rna or identifiers.tribunal_reference):
        raise IdentifierMissing()
    return identifiers

"""Who pledges: a natural person, of whom nothing is asked, or an organisation that says which one it is.

What an organisation says belongs to the pledge that it was said with: nobody has proved to be that organisation, so
no pledge may change what another one says, and who signs may differ from one to the next.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from services.pledges.domain.fields import FieldRefused, line_within

MAX_NAME = 140
"""The longest name that a bank's messages carry (ISO 20022, Max140Text)."""

MAX_CAPACITY = 80
MAX_TRIBUNAL_REFERENCE = 80


class PayerKind(StrEnum):
    """What a payer is."""

    NATURAL_PERSON = "natural_person"
    COMPANY = "company"
    ASSOCIATION = "association"
    FOUNDATION = "foundation"
    PUBLIC_BODY = "public_body"
    FUND = "fund"


KIND_NAMES = {
    PayerKind.NATURAL_PERSON: "Personne",
    PayerKind.COMPANY: "Entreprise",
    PayerKind.ASSOCIATION: "Association",
    PayerKind.FOUNDATION: "Fondation",
    PayerKind.PUBLIC_BODY: "Organisme public",
    PayerKind.FUND: "Fonds",
}
ORGANISATIONS = tuple(kind for kind in PayerKind if kind is not PayerKind.NATURAL_PERSON)

IN_THE_RNA = frozenset({PayerKind.ASSOCIATION, PayerKind.FOUNDATION, PayerKind.FUND})
"""Kinds that the Répertoire national des associations may know: endowment funds are declared there too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation as it names itself; numbers in compact form. `signatory_…`: who engages it, in which capacity.

    `tribunal_reference` is the volume and folio of an association of Alsace-Moselle, which is in no RNA (local law
    of 1908). It is not compared with the pledge's territory: that is where the money acts, not where the seat is.
    """

    kind: PayerKind
    name: str
    siren: str | None = None
    rna: str | None = None
    tribunal_reference: str | None = None
    signatory_name: str | None = None
    signatory_capacity: str | None = None


class NotAnOrganisation(FieldRefused):
    """The kind is none that an organisation has."""

    field = "kind"
    sentence = "Choisissez dans la liste ce qu’est votre organisation."


class SirenInvalid(FieldRefused):
    """Neither a SIREN nor a SIRET with its check digit."""

    field = "siren"
    sentence = "Ce numéro SIREN n’est pas valable : il compte 9 chiffres (14 pour un SIRET), vérifiez chacun."


class RnaInvalid(FieldRefused):
    """Not a number of the Répertoire national des associations."""

    field = "rna"
    sentence = "Ce numéro RNA n’est pas valable : il commence par W, suivi de 9 caractères (W641000000)."


class IdentifierMissing(FieldRefused):
    """Nothing by which an organisation of this kind can be looked up."""

    field = "siren"
    sentence = (
        "Indiquez le numéro SIREN de l’organisation. Pour une association, une fondation ou un fonds de dotation, "
        "son numéro RNA suffit."
    )


class RnaOfAnotherKind(FieldRefused):
    """An RNA number where no such register knows the kind."""

    field = "rna"
    sentence = (
        "Une entreprise ou un organisme public n’a pas de numéro RNA : "
        "laissez ce champ vide et indiquez le SIREN."
    )


class TribunalReferenceOfAnotherKind(FieldRefused):
    """A tribunal's volume and folio of what is no association."""

    field = "tribunal_reference"
    sentence = (
        "Le volume et le folio du tribunal ne valent que pour une association d’Alsace ou de Moselle : "
        "laissez ce champ vide."
    )


def identified(organisation: Organisation, *, needs_signatory: bool = True) -> Organisation:
    """The organisation with its texts on one line. Raises FieldRefused.

    `needs_signatory` is False where no name of a natural person may be taken: in imported files.
    """
    if organisation.kind not in ORGANISATIONS:
        raise NotAnOrganisation
    name = line_within(organisation.name, field="name", most=MAX_NAME)
    tribunal_reference = _tribunal_reference(organisation)
    if organisation.rna and organisation.kind not in IN_THE_RNA:
        raise RnaOfAnotherKind
    if not (organisation.siren or organisation.rna or tribunal_reference):
        raise IdentifierMissing
    named = replace(organisation, name=name, tribunal_reference=tribunal_reference)
    if not needs_signatory:
        return named
    return replace(
        named,
        signatory_name=line_within(organisation.signatory_name or "", field="signatory_name", most=MAX_NAME),
        signatory_capacity=line_within(
            organisation.signatory_capacity or "", field="signatory_capacity", most=MAX_CAPACITY
        ),
    )


def _tribunal_reference(organisation: Organisation) -> str | None:
    written = organisation.tribunal_reference or ""
    if not written.strip():
        return None
    if organisation.kind is not PayerKind.ASSOCIATION:
        raise TribunalReferenceOfAnotherKind
    return line_within(written, field="tribunal_reference", most=MAX_TRIBUNAL_REFERENCE)

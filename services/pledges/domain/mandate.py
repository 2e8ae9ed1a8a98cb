"""A SEPA direct debit mandate: what a saver allows us to collect, until when, and why one is refused.

Source: EPC016-06, SEPA Direct Debit Core scheme rulebook.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

LONGEST_HOLDER = 70
"""Characters of a debtor's name (`Dbtr/Nm`)."""

LAST_DAY = 25
"""The bank may move a collection to the next business day: from the 25th it still is the same month."""

LAPSES_AFTER_YEARS = 3
"""Thirty-six months without a collection, and a mandate may not be used any more (rulebook)."""

MOST_MANDATES = 20
"""Of one pledge, cancelled ones included: nobody changes banks that often, and a flood ends there."""


class Rhythm(StrEnum):
    """How often a mandate is collected."""

    ONCE = "once"
    MONTHLY = "monthly"


class MandateState(StrEnum):
    """Where a mandate stands. `ENDED`: its only or its last collection is with the bank."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    ENDED = "ended"


class Source(StrEnum):
    """Where a mandate was signed."""

    PAGE = "page"
    API = "api"


class Mandate(NamedTuple):
    """A mandate as it is signed. `amount_minor` and `day` are for a monthly one; its columns have the same names."""

    territory: str
    mandate_id: UUID
    pledge_id: UUID
    mandate_reference: str
    holder_name: str
    iban: str
    rhythm: Rhythm
    amount_minor: int | None
    day: int | None
    creditor_name: str
    creditor_id: str
    prenotification_days: int
    text_version: int
    text_digest: str
    source: Source
    signed_at: datetime


def lapses_on(*, signed_on: date, last_collected_on: date | None) -> date:
    """The first day on which a mandate may not be collected any more."""
    since = last_collected_on or signed_on
    year = since.year + LAPSES_AFTER_YEARS
    if (since.month, since.day) == (2, 29):  # three years later there is none
        return date(year, 2, 28)
    return since.replace(year=year)


class MandateRefused(Exception):
    """A mandate that cannot be signed or used as asked; the message is for the person."""


class DirectDebitOff(MandateRefused):
    """No creditor identifier is configured: nobody may collect."""

    def __init__(self) -> None:
        super().__init__("Le prélèvement n’est pas proposé pour l’instant : payez par virement.")


class HolderRefused(MandateRefused):
    """The account holder's name is empty, too long, or no name."""

    def __init__(self) -> None:
        super().__init__(
            f"Écrivez le nom de la personne qui possède le compte, en {LONGEST_HOLDER} caractères au plus."
        )


class IbanRefused(MandateRefused):
    """No account has this IBAN."""

    def __init__(self) -> None:
        super().__init__(
            "Cet IBAN est mal recopié : vérifiez ses chiffres sur votre relevé d’identité bancaire."
        )


class IbanNotCollectable(MandateRefused):
    """An account that direct debits do not reach, or only with a postal address that we do not ask for."""

    def __init__(self) -> None:
        super().__init__(
            "Nous ne pouvons prélever que des comptes de l’Espace économique européen : payez par virement."
        )


class RhythmRefused(MandateRefused):
    """Neither once nor monthly."""

    def __init__(self) -> None:
        super().__init__("Choisissez un seul prélèvement ou un prélèvement chaque mois.")


class DayRefused(MandateRefused):
    """A day that some months do not have, or that may slip into the next one."""

    def __init__(self) -> None:
        super().__init__(f"Choisissez le jour du prélèvement, entre le 1er et le {LAST_DAY} du mois.")


class MonthlyAmountRefused(MandateRefused):
    """The monthly amount is below the least, or above what the promise still misses."""


class TextNotAccepted(MandateRefused):
    """The mandate's text was not agreed to, or it is not the present one."""

    def __init__(self) -> None:
        super().__init__("Lisez le texte du mandat, puis cochez la case pour le signer.")


class NothingToCollect(MandateRefused):
    """The promise misses nothing any more, or is cancelled."""

    def __init__(self) -> None:
        super().__init__("Il ne reste rien à prélever pour cette promesse : aucun mandat n’a été signé.")


class MandateExists(MandateRefused):
    """The promise has a mandate already: two would be collected side by side."""

    def __init__(self) -> None:
        super().__init__("Cette promesse a déjà un mandat : annulez-le avant d’en signer un autre.")


class TooManyMandates(MandateRefused):
    """The promise has had more mandates than anybody needs."""

    def __init__(self) -> None:
        super().__init__(
            "Trop de mandats ont été signés pour cette promesse : payez par virement ou écrivez-nous."
        )


class MandateNotOpen(MandateRefused):
    """Only a mandate that is active or suspended can be cancelled."""

    def __init__(self) -> None:
        super().__init__("Ce mandat n’est plus en vigueur : il n’y a rien à annuler.")

"""Why direct debits are not prepared, sent or cancelled, in a French sentence that a treasurer can act on."""

from datetime import date

FURTHEST_DAYS = 90
"""A batch holds back what it announces: further ahead, too much happens to a promise before it is collected."""


class DebitsRefused(Exception):
    """A batch that cannot be prepared, sent or cancelled as asked; the message is for the treasurer."""


class CollectionTooFar(DebitsRefused):
    """The day is months away."""

    def __init__(self) -> None:
        super().__init__(
            f"Ce jour est trop loin : préparez les prélèvements {FURTHEST_DAYS} jours avant au plus."
        )


class NotABusinessDay(DebitsRefused):
    """Banks settle nothing on that day."""

    def __init__(self, *, next_day: date) -> None:
        super().__init__(
            f"Les banques ne prélèvent pas ce jour-là : choisissez par exemple le {next_day:%d/%m/%Y}."
        )


class CollectionTooSoon(DebitsRefused):
    """Savers are to be told before, and the bank wants its file some days ahead."""

    def __init__(self, *, earliest: date) -> None:
        self.earliest = earliest
        super().__init__(
            "Ce jour est trop proche pour prévenir les personnes puis la banque : "
            f"choisissez au plus tôt le {earliest:%d/%m/%Y}."
        )


class NothingDue(DebitsRefused):
    """No mandate owes anything on that day."""

    def __init__(self) -> None:
        super().__init__("Rien n’est à prélever ce jour-là : aucun mandat en vigueur n’a d’échéance.")


class BatchNotFound(DebitsRefused):
    """No batch has this id."""

    def __init__(self) -> None:
        super().__init__("Cette remise de prélèvements n’existe pas.")


class BatchClosed(DebitsRefused):
    """The batch was sent or cancelled: it can be neither any more."""

    def __init__(self) -> None:
        super().__init__("Cette remise est déjà transmise ou annulée : elle ne change plus.")


class TooEarlyToSend(DebitsRefused):
    """Savers have not had the time that they were promised."""

    def __init__(self, *, sendable_from: date) -> None:
        super().__init__(
            "Les personnes ont été prévenues il y a trop peu de temps : "
            f"le fichier sera prêt le {sendable_from:%d/%m/%Y}."
        )


class TooLateToSend(DebitsRefused):
    """The bank would not take the file in time."""

    def __init__(self) -> None:
        super().__init__(
            "La banque n’accepterait plus ce fichier pour la date prévue : annulez cette remise, "
            "puis préparez-en une autre."
        )


class NothingLeftToSend(DebitsRefused):
    """All that was announced has been paid otherwise, or its mandates are gone."""

    def __init__(self) -> None:
        super().__init__(
            "Il ne reste rien à prélever dans cette remise : promesses payées ou mandats annulés. Annulez-la."
        )

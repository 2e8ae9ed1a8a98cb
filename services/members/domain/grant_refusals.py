"""Why a role cannot be granted, confirmed or withdrawn, in a sentence for the one who asked."""

CONFIRMATION_DAYS = 7
"""A proposal that nobody confirmed within a week was forgotten or doubted: it must be made again."""


class GrantRefused(Exception):
    """A role that cannot be granted, confirmed or withdrawn this way."""


class RoleUnknownThere(GrantRefused):
    """The role does not exist in that territory."""

    def __init__(self) -> None:
        super().__init__(
            "Ce rôle n’existe pas à cet endroit\u00a0: un rôle d’opérateur·rice est national, "
            "un rôle de référent·e tient à un territoire. Choisissez l’un ou l’autre."
        )


class GranteeUnknown(GrantRefused):
    """Nobody who may sign in has that address."""

    def __init__(self) -> None:
        super().__init__(
            "Aucune personne adhérente n’a cette adresse. Invitez-la d’abord à rejoindre le mouvement, "
            "puis attribuez-lui ce rôle."
        )


class RoleHeldAlready(GrantRefused):
    """The person holds the role there, or it waits for its confirmation."""

    def __init__(self) -> None:
        super().__init__("Cette personne a déjà ce rôle dans ce territoire, ou sa confirmation est attendue.")


class OperatorNeeded(GrantRefused):
    """The one who acts is no national operator now, whatever the session still says."""

    def __init__(self) -> None:
        super().__init__(
            "Seules les personnes opératrices nationales en fonction peuvent attribuer ou retirer des rôles."
        )


class OwnRole(GrantRefused):
    """Nobody grants or confirms a role of their own, under whichever account."""

    def __init__(self) -> None:
        super().__init__("Personne ne s’attribue un rôle\u00a0: demandez à une autre personne opératrice.")


class SamePersonTwice(GrantRefused):
    """The second person is the first one, or the first one under another account."""

    def __init__(self) -> None:
        super().__init__(
            "Ce rôle touche à l’argent\u00a0: une seconde personne opératrice doit le confirmer, "
            "et non celle qui l’a proposé, même depuis un autre compte."
        )


class HeldByOtherAccount(GrantRefused):
    """Another account of the same mailbox is treasurer there: one person would be two."""

    def __init__(self) -> None:
        super().__init__(
            "Cette personne tient déjà la trésorerie de ce territoire depuis un autre compte\u00a0: "
            "un versement demande deux personnes. Choisissez-en une autre."
        )


class GrantChanged(GrantRefused):
    """What is confirmed is not what was proposed."""

    def __init__(self) -> None:
        super().__init__(
            "Ce que vous confirmez n’est pas ce qui a été proposé. Relisez la proposition à l’écran."
        )


class GrantNotWaiting(GrantRefused):
    """Nothing waits for a confirmation: done, withdrawn or too old."""

    def __init__(self) -> None:
        super().__init__(
            "Cette proposition n’attend plus de confirmation\u00a0: elle est déjà confirmée, retirée, "
            f"ou vieille de plus de {CONFIRMATION_DAYS}\u00a0jours. "
            "Retirez-la et proposez ce rôle de nouveau."
        )


class GrantUnknown(GrantRefused):
    """No grant has this identifier, or it was withdrawn already."""

    def __init__(self) -> None:
        super().__init__("Ce rôle n’existe pas ou a déjà été retiré.")


class FoundersComplete(GrantRefused):
    """Two national operators are active: further ones are granted by them."""

    def __init__(self) -> None:
        super().__init__(
            "Deux personnes opératrices sont déjà en fonction\u00a0: c’est à elles d’attribuer "
            "les rôles suivants, depuis la page des rôles."
        )

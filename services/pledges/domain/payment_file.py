"""Files of payments for the bank: which kinds there are, how they are named, why one is refused."""

from datetime import date
from enum import StrEnum


class FileKind(StrEnum):
    """What a file asks the bank for."""

    DIRECT_DEBITS = "pain.008"
    TRANSFERS = "pain.001"


def message_id_of(day: date, random: str) -> str:
    """The name of a message: with a suffix of five it is a payment block's, and still has SEPA's 35 characters."""
    return f"MILLIARD-{day:%Y%m%d}-{random[:12].upper()}"


MOST_ORDERS = 500
"""Transfers in one file: each was confirmed by two persons, so there are never thousands."""


class OrderKind(StrEnum):
    """What a transfer pays."""

    DISBURSEMENT = "disbursement"
    CONVERSION = "conversion"
    REFUND = "refund"


KIND_NAMES = {OrderKind.CONVERSION: "Conversion en monnaie locale", OrderKind.REFUND: "Remboursement"}
"""What a transfer is called where it is no disbursement."""


class OrderStanding(StrEnum):
    """How far a confirmed transfer is, by our files and the bank's statements. Only the first may go into a file."""

    TO_MAKE = "to_make"
    IN_FILE = "in_file"
    PAYMENT_WENT_BACK = "payment_went_back"
    DEBIT_WAITS = "debit_waits"
    DEBITED = "debited"


class PaymentFileRefused(Exception):
    """A file that cannot be made or taken; the message is for the treasurer."""


class NoOrderChosen(PaymentFileRefused):
    """A file holds at least one order."""

    def __init__(self) -> None:
        super().__init__("Choisissez au moins un virement à mettre dans le fichier.")


class TooManyOrders(PaymentFileRefused):
    """More orders than one file may hold."""

    def __init__(self) -> None:
        super().__init__(f"Choisissez {MOST_ORDERS} virements au plus pour un fichier.")


class OrderNotOpen(PaymentFileRefused):
    """An order is unknown, a debit of a statement has its name, or the payment that it refunds went back."""

    def __init__(self) -> None:
        super().__init__(
            "Un des virements choisis n’est plus à faire : rechargez la page, puis choisissez de nouveau."
        )


class OrderInAnotherFile(PaymentFileRefused):
    """An order is in a file: in a second one it would be paid twice."""

    def __init__(self) -> None:
        super().__init__(
            "Un des virements choisis est déjà dans un fichier : dites d’abord que ce fichier n’a jamais été envoyé."
        )


class ExecutionDayRefused(PaymentFileRefused):
    """Banks make no transfers on that day, or it is past or far away."""

    def __init__(self) -> None:
        super().__init__("Choisissez un jour ouvré pour les banques, dans les trois mois qui viennent.")


class FileNotFound(PaymentFileRefused):
    """No file of transfers has this id."""

    def __init__(self) -> None:
        super().__init__("Ce fichier de virements n’existe pas.")


class FileNeverSent(PaymentFileRefused):
    """The file was declared never sent: its orders may be in another one."""

    def __init__(self) -> None:
        super().__init__(
            "Ce fichier a été déclaré jamais envoyé : il ne peut plus l’être, ses virements sont peut-être ailleurs."
        )


class FileNotWhole(PaymentFileRefused):
    """An order of the file was withdrawn or is not to be paid any more: sent again, it would be paid all the same."""

    def __init__(self) -> None:
        super().__init__(
            "Un virement de ce fichier en a été retiré, ou n’est plus à faire : ce fichier ne se télécharge plus. "
            "Retirez les virements que la banque n’a pas exécutés, puis mettez-les dans un autre."
        )


class OrderNotInFile(PaymentFileRefused):
    """An order is not in the file any more, never was, or a debit of a statement has its name."""

    def __init__(self) -> None:
        super().__init__(
            "Un des virements choisis ne se retire pas de ce fichier : la banque l’a débité, ou il n’y est plus. "
            "Rechargez la page."
        )


class FileWasSent(PaymentFileRefused):
    """A statement shows a debit of the file: the bank has it."""

    def __init__(self) -> None:
        super().__init__("La banque a déjà débité un virement de ce fichier : il a bien été envoyé.")

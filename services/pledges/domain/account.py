"""Our bank accounts and their statements: which are ours, their names outside, when one is contradicted."""

from hashlib import sha256
from uuid import UUID

from services.pledges.domain.refusals import BankFileRefused
from services.pledges.domain.statement import BankLine, StatementHeader, line_key
from shared.values import companion_id, dated_id, named_id

_STATEMENTS = UUID("5a4c0e0b-4c53-5b1f-9a55-7f3d0c7f6b10")


class UnknownAccount(BankFileRefused):
    """The statement or notification of an account that is not ours: it would count somebody else's money."""

    def __init__(self, *, iban: str) -> None:
        super().__init__(
            f"Ce fichier est celui du compte {masked(iban)}, qui n’est pas un compte de l’opération Milliard. "
            "Vérifiez le fichier, ou ajoutez ce compte aux réglages."
        )


class StatementChanged(BankFileRefused):
    """A statement that was imported before comes back with other content."""

    def __init__(self, *, statement_id: str) -> None:
        super().__init__(
            f"Le relevé « {statement_id} » a déjà été importé avec un autre contenu. Rien n’a été changé : "
            "demandez à la banque laquelle des deux versions est juste."
        )


class StatementRenamed(BankFileRefused):
    """A statement that was imported before comes back under another id: its money would count twice."""

    def __init__(self, *, statement_id: str, earlier_id: str) -> None:
        super().__init__(
            f"Le relevé « {statement_id} » est celui qui a déjà été importé sous l’identifiant « {earlier_id} » : "
            "mêmes soldes, mêmes lignes. Rien n’a été importé : il n’y a rien à faire, sauf si le fichier en contient "
            "d’autres ; demandez alors ceux-là seuls à la banque."
        )


class DaysToldTwice(BankFileRefused):
    """A statement of days that another one has told already: its money would count twice."""

    def __init__(self, *, statement_id: str, norm: str, earlier_id: str, earlier_norm: str) -> None:
        if norm != earlier_norm:
            what = (
                f"({norm}) couvre des jours déjà importés au format {earlier_norm} (relevé « {earlier_id} »)"
            )
            to_do = "gardez un seul format par compte."
        else:
            what = f"couvre des jours que le relevé « {earlier_id} », déjà importé, dit aussi"
            to_do = "demandez à la banque un relevé des seuls jours qui manquent."
        super().__init__(
            f"Le relevé « {statement_id} » {what} : ses mouvements compteraient deux fois. "
            f"Rien n’a été importé : {to_do}"
        )


def masked(iban: str) -> str:
    """An IBAN as a page may show it: `FR76 •••• 0189`."""
    return f"{iban[:4]} •••• {iban[-4:]}"


def account_name(iban: str) -> str:
    """The name of an account on events: nobody can pay to it, and two accounts never share it."""
    return f"{iban[:4]}-{iban[-4:]}-{sha256(iban.encode()).hexdigest()[:8]}"


def statement_uuid(header: StatementHeader) -> UUID:
    """The id of a statement, the same at each import: it is the account's and the bank's own id."""
    return named_id(_STATEMENTS, f"{header.iban}\n{header.statement_id}")


def line_uuid(header: StatementHeader, line: BankLine) -> UUID:
    """The id of a line, the same at each import; lines stand in the order of their days and of their statement."""
    return dated_id(line.booked_on, line.entry_index, line_key(header, line))


def event_uuid(line_id: UUID) -> UUID:
    """The id of the one event of a line: the same whenever it is said again."""
    return companion_id(line_id, "event")


class ContentHash:
    """A digest of what a statement or a notification says: the same for the same lines, however it was laid out."""

    def __init__(self, header: object) -> None:
        self._hash = sha256(repr(header).encode())

    def add(self, line: BankLine) -> None:
        said = (
            line.entry_index,
            line.detail_index,
            line.signed_minor,
            line.booked_on.toordinal(),
            line.value_on.toordinal(),
            line.bank_reference,
            line.end_to_end_id,
            line.structured_reference,
            line.remittance_text,
            line.counterparty_name,
            line.counterparty_iban,
            line.return_reason,
            line.is_reversal,
        )
        self._hash.update(repr(said).encode())

    def add_said(self, said: object) -> None:
        """What is no line; its `repr` says all of it."""
        self._hash.update(repr(said).encode())

    def hexdigest(self) -> str:
        return self._hash.hexdigest()

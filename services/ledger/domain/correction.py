"""Corrections: an entry is never changed. A contra-entry takes it back, and another one says what is right.

A treasurer orders both, a second one confirms them. They move amounts between funds, instruments and the accounts of
what was received, spent or charged; what the bank, suspense, shares and reservations say is said by their own facts.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from services.ledger.domain import chart
from services.ledger.domain.chart import Journal
from services.ledger.domain.entries import Draft, Line
from services.ledger.domain.orders import order_hash
from services.ledger.domain.restatement import refusal_of_restatement

CORRECTABLE = frozenset({*chart.RECEIVED.values(), chart.BANK_FEES, chart.GRANTS, chart.INVESTMENTS})
"""Accounts of the flows between which a correction may move an amount."""

_SAID_BY_FACTS = ("18", "5", chart.MEMO_CLASS)
"""Liaison, banks and cash, promises and reservations: nobody types what they say."""

SHARED_ENVELOPE = frozenset({chart.ENVELOPE_SENT, chart.ENVELOPE_RECEIVED})
"""Accounts of entries that have another side, in another chain."""

LEAST_REASON, MOST_REASON = 10, 500
"""A sentence that says what was wrong; what is longer belongs into the document that it names."""

_RIGHT = UUID("a3b0a7a4-6c1e-4a55-8f4c-2b8c52f7d5e1")
"""Namespace of the ids of entries that say what is right: one for each correction."""


class CorrectionState(StrEnum):
    """Where a correction stands."""

    ORDERED = "ordered"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class CorrectionRefused(Exception):
    """A correction that cannot be made; the message is for the treasurer."""


class CorrectionNotInState(CorrectionRefused):
    """Cette correction n’est plus à confirmer : rechargez la page pour voir où elle en est."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class CorrectionByOnePerson(CorrectionRefused):
    """Qui a ordonné cette correction ne peut pas la confirmer : demandez à une autre personne trésorière."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class AnotherCorrection(CorrectionRefused):
    """La correction que vous confirmez n’est plus celle-ci : rechargez la page, relisez-la, puis confirmez."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry of the journal, as a correction needs it; `is_contra` when it takes back a corrected one."""

    territory: str
    seq: int
    journal: str
    entry_number: int
    value_on: date
    document: str
    hash: bytes
    lines: tuple[Line, ...]
    is_contra: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to stand in place of an entry, why, and who said so. Persons are ids."""

    correction_id: UUID
    territory: str
    corrected_seq: int
    corrected_hash: str
    lines: tuple[Line, ...]
    reason: str
    ordered_by: UUID
    state: CorrectionState = CorrectionState.ORDERED
    confirmed_by: UUID | None = None

    @property
    def order_hash(self) -> str:
        """SHA-256 of what the second person confirms: which entry, what in its place, why, on whose order."""
        return order_hash(
            [
                str(self.correction_id),
                self.territory,
                self.corrected_seq,
                self.corrected_hash,
                [list(line) for line in self.lines],
                self.reason,
                str(self.ordered_by),
            ]
        )

    @property
    def right_id(self) -> UUID:
        """The id of the entry that says what is right; the contra-entry has the correction's own."""
        return uuid5(_RIGHT, str(self.correction_id))

    def confirmed(self, by: UUID, *, order_hash: str) -> "Correction":
        """The confirmation of a second person. Raises CorrectionRefused."""
        if self.state is not CorrectionState.ORDERED:
            raise CorrectionNotInState
        if by == self.ordered_by:
            raise CorrectionByOnePerson
        if order_hash != self.order_hash:
            raise AnotherCorrection
        return replace(self, state=CorrectionState.CONFIRMED, confirmed_by=by)

    def cancelled(self) -> "Correction":
        """Given up before its confirmation. Raises CorrectionNotInState."""
        if self.state is not CorrectionState.ORDERED:
            raise CorrectionNotInState
        return replace(self, state=CorrectionState.CANCELLED)


def check_reason(reason: str) -> str:
    """The reason without spaces around it. Raises CorrectionRefused."""
    reason = reason.strip()
    if not LEAST_REASON <= len(reason) <= MOST_REASON:
        raise CorrectionRefused(
            f"Écrivez ce qui était faux, en {LEAST_REASON} à {MOST_REASON} caractères, sans nom de personne."
        )
    return reason


def correctable(open_accounts: Collection[str]) -> frozenset[str]:
    """Accounts between which a correction may move an amount: those of flows, and what the treasury added."""
    added = (account for account in open_accounts if account not in chart.ACCOUNTS)
    return CORRECTABLE | {account for account in added if not account.startswith(_SAID_BY_FACTS)}


def check_lines(posted: Posted, lines: Sequence[Line], *, open_accounts: Collection[str]) -> None:
    """Whether these lines may stand in place of an entry's. Raises CorrectionRefused.

    What is promised or held back is not corrected at all, not even its fund: its own facts release it where it stands.
    """
    if posted.is_contra:
        raise CorrectionRefused(
            "Une contre-passation ne se corrige pas : corrigez l’écriture qui dit ce qui est juste."
        )
    if not SHARED_ENVELOPE.isdisjoint(line.account for line in posted.lines):
        raise CorrectionRefused(
            "Une part d’enveloppe ne se corrige pas, car elle est inscrite dans deux territoires :"
            " celui qui l’a reçue en cède une en sens inverse."
        )
    if posted.journal == Journal.REPAYMENTS:
        raise CorrectionRefused(
            "Un remboursement d’investissement ne se corrige pas : la banque dit combien, l’échéancier dit de quoi."
            " Si l’échéancier est faux, établissez-en un autre."
        )
    if posted.journal == Journal.LOCAL_CURRENCY:
        raise CorrectionRefused(
            "Une écriture de monnaie locale ne se corrige pas à la main : elle dit une conversion ou une remise."
        )
    for account in sorted({line.account for line in (*posted.lines, *lines)} - set(open_accounts)):
        raise CorrectionRefused(
            f"Le compte {account} n’est pas au plan, ou est clos : choisissez-en un autre."
        )
    if Counter(lines) == Counter(posted.lines):
        raise CorrectionRefused("Cette correction ne change rien : modifiez au moins une ligne.")
    moved: Counter[tuple[str, str]] = Counter()
    shares: Counter[tuple[str, str]] = Counter()
    sums: Counter[str] = Counter()
    for sign, some in ((1, lines), (-1, posted.lines)):
        for line in some:
            moved[line.account, line.currency] += sign * line.amount_minor
            if line.account == chart.GIFTS_FOR_LOCAL_CURRENCY:
                shares[line.fund, line.currency] += sign * line.amount_minor
    for line in lines:
        sums[line.currency] += line.amount_minor
    if others := sums.keys() - {line.currency for line in posted.lines}:
        raise CorrectionRefused(
            f"Cette écriture n’a pas de ligne en {min(others)} : une correction garde la devise de l’écriture."
        )
    memo = [line.account for line in (*posted.lines, *lines) if line.account[0] == chart.MEMO_CLASS]
    if any(sums.values()) or len(lines) < 2 or not all(line.amount_minor for line in lines):
        raise CorrectionRefused("Débits et crédits de la correction diffèrent, ou une ligne est à zéro.")
    allowed = correctable(open_accounts)
    kept = [account for (account, _), amount in moved.items() if amount and account not in allowed]
    if refused := memo + kept:
        raise CorrectionRefused(
            f"Le compte {refused[0]} ne se corrige pas à la main : ce qu’il dit vient de la banque, d’une promesse"
            " ou d’un versement."
        )
    if any(shares.values()):  # elsewhere it would be there to convert a second time
        raise CorrectionRefused(
            f"La part en monnaies locales (compte {chart.GIFTS_FOR_LOCAL_CURRENCY}) reste dans le fonds où elle a été"
            " mise de côté : laissez-y cette ligne, et corrigez le fonds des autres."
        )
    if refusal := refusal_of_restatement(posted.lines, lines, correctable=allowed):
        raise CorrectionRefused(refusal)


def drafts_of(correction: Correction, posted: Posted, *, on: date) -> tuple[Draft, Draft]:
    """The contra-entry, and the entry that says what is right, posted on a day with the first one's value date."""
    name = f"{posted.journal} {posted.entry_number}"
    contra = Draft(
        event_id=correction.correction_id,
        payload_hash=bytes.fromhex(correction.order_hash),
        journal=Journal.MISCELLANEOUS,
        entry_on=on,
        value_on=posted.value_on,
        document=posted.document,
        label=f"Contre-passation de {name}",
        lines=tuple(line._replace(amount_minor=-line.amount_minor) for line in posted.lines),
    )
    right = contra._replace(
        event_id=correction.right_id,
        label=f"Rectification de {name}",
        lines=correction.lines,
    )
    return contra, right

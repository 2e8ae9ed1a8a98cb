"""What a notification of the bank says (camt.054): the details of entries that a statement has, or will have.

It is never money by itself: only statements are. An entry of a notification waits for its statement's, and then says
what the sum of it is made of.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.refusals import BankFileRefused
from services.pledges.domain.statement import BankLine, Direction
from shared.values import companion_id, named_id

_NOTIFICATIONS = UUID("0d1b8f3e-6a5c-5c0e-8f5b-54c0a7b1e054")


class NotificationChanged(BankFileRefused):
    """A notification that was imported before comes back with other content."""

    def __init__(self, *, notification_id: str) -> None:
        super().__init__(
            f"L’avis « {notification_id} » a déjà été importé avec un autre contenu. Rien n’a été changé : "
            "demandez à la banque laquelle des deux versions est juste."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationHeader:
    """One notification of one account."""

    iban: str
    notification_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifiedEntry:
    """A booked entry of a notification. `amount_minor` is positive; `booked_on` is None where the bank does not say it.

    `bank_reference` is the norm's AcctSvcrRef, `entry_reference` its NtryRef. `content_hash` is that of its details:
    the same for the same ones, in whichever notification they come.
    """

    entry_index: int
    direction: Direction
    amount_minor: int
    booked_on: date | None
    bank_reference: str | None
    entry_reference: str | None
    detail_count: int
    content_hash: str


class DetailedEntry(NamedTuple):
    """An entry with its details, which sum to it; none when the bank gives only the sum here too."""

    entry: NotifiedEntry
    details: list[BankLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationTotals:
    """Ends a notification."""

    entries: int
    ignored_entries: int


def notification_uuid(header: NotificationHeader) -> UUID:
    """The id of a notification, the same at each import: it is the account's and the bank's own id."""
    return named_id(_NOTIFICATIONS, f"{header.iban}\n{header.notification_id}")


def entry_uuid(notification_id: UUID, entry_index: int) -> UUID:
    return companion_id(notification_id, str(entry_index))


def detail_uuid(entry_id: UUID, detail_index: int) -> UUID:
    return companion_id(entry_id, str(detail_index))


def digest_of(details: Iterable[BankLine]) -> str:
    """A digest of what details say, whichever entry of whichever notification they stand in."""
    digest = sha256()
    for detail in details:
        said = (
            detail.signed_minor,
            detail.end_to_end_id,
            detail.structured_reference,
            detail.remittance_text,
            detail.counterparty_name,
            detail.counterparty_iban,
            detail.return_reason,
            detail.is_charge,
            detail.is_reversal,
        )
        digest.update(repr(said).encode())
    return digest.hexdigest()

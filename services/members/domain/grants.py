"""Roles: which exist where, and the two persons that a role which moves money takes.

The second person confirms the hash of exactly what the first one proposed. They must be two persons, not two
accounts: their addresses are compared as mailboxes. Architecture §6.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.members.domain.addresses import canonical_address
from services.members.domain.grant_refusals import (
    CONFIRMATION_DAYS,
    GrantChanged,
    GrantNotWaiting,
    HeldByOtherAccount,
    OwnRole,
    RoleUnknownThere,
    SamePersonTwice,
)
from shared.values import NATIONAL, lanes

STEWARD = "steward"
TREASURER = "treasurer"
NATIONAL_OPERATOR = "national_operator"

MOVES_MONEY = frozenset({TREASURER, NATIONAL_OPERATOR})
"""A treasurer orders money; an operator grants treasurers."""

FOUNDING_OPERATORS = 2
"""As many as it takes to grant anything: the first operators cannot be granted by others."""

ROLE_NAMES = {
    STEWARD: "Référent·e de territoire",
    TREASURER: "Trésorier·ère",
    NATIONAL_OPERATOR: "Opérateur·rice national·e",
}

ROLE_SENTENCES = {
    "member": "Vous recevez les missions et votez en assemblée générale.",
    STEWARD: "Vous animez ce territoire et tenez ses informations à jour.",
    TREASURER: "Vous ordonnez ou confirmez les versements, toujours à deux.",
    NATIONAL_OPERATOR: "Vous veillez sur la plateforme et proposez ou confirmez les rôles, toujours à deux.",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """Exactly what is granted, by whom: what the second person confirms."""

    grant_id: UUID
    territory: str
    person_id: UUID
    role: str
    granted_by: UUID | None

    def order_hash(self) -> str:
        """SHA-256, in hexadecimal, of the proposal as JSON with sorted keys and no spaces."""
        order = {
            "grant_id": str(self.grant_id),
            "granted_by": str(self.granted_by) if self.granted_by else None,
            "person_id": str(self.person_id),
            "role": self.role,
            "territory": self.territory,
        }
        return hashlib.sha256(json.dumps(order, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check_role(role: str, territory: str) -> None:
    """Whether a role exists in a territory. Raises RoleUnknownThere."""
    is_national = territory == NATIONAL
    exists = {
        STEWARD: not is_national,
        TREASURER: True,
        NATIONAL_OPERATOR: is_national,
    }.get(role, False)
    if not exists or territory not in lanes():
        raise RoleUnknownThere


def check_proposal(*, operator_email: str, grantee_email: str) -> None:
    """Whether an operator may propose a role for somebody. Raises OwnRole."""
    if canonical_address(operator_email) == canonical_address(grantee_email):
        raise OwnRole


def check_one_account(*, grantee_email: str, treasurers: Iterable[str]) -> None:
    """Whether the grantee's mailbox is none of the treasurers': the ledger, which knows no addresses, tells
    the two persons of a payment apart by their accounts. Raises HeldByOtherAccount."""
    if canonical_address(grantee_email) in {canonical_address(treasurer) for treasurer in treasurers}:
        raise HeldByOtherAccount


def check_confirmation(
    *,
    proposal: Proposal,
    proposed_at: datetime,
    now: datetime,
    order_hash: str,
    first_email: str,
    second_email: str,
    grantee_email: str,
) -> None:
    """Whether the second person may confirm.

    Raises GrantNotWaiting, GrantChanged, OwnRole, SamePersonTwice.
    """
    if now - proposed_at > timedelta(days=CONFIRMATION_DAYS):
        raise GrantNotWaiting
    if order_hash != proposal.order_hash():
        raise GrantChanged
    second = canonical_address(second_email)
    if second == canonical_address(first_email):
        raise SamePersonTwice
    if second == canonical_address(grantee_email):
        raise OwnRole

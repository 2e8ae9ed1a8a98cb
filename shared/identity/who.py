"""Roles and sessions: what a verified token says about the one who asks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from shared.values import NATIONAL


class Role(StrEnum):
    """What a person may do in one territory. National roles are held in territory `00`."""

    MEMBER = "member"
    STEWARD = "steward"
    TREASURER = "treasurer"
    NATIONAL_OPERATOR = "national_operator"


@dataclass(frozen=True, slots=True)
class Session:
    """Who asks. Without a person it is nobody, or the command line's local key."""

    person_id: UUID | None = None
    roles: frozenset[tuple[Role, str]] = field(default_factory=frozenset)
    is_local_key: bool = False

    def holds(self, roles: Iterable[Role], territory: str = NATIONAL) -> bool:
        """Whether the person holds one of the roles in exactly this territory."""
        return any((role, territory) in self.roles for role in roles)

    @property
    def is_signed_in(self) -> bool:
        return self.person_id is not None


NOBODY = Session()
LOCAL_KEY = Session(is_local_key=True)

"""The tables of members. `migrations/` makes them; a test compares both.

A person is one person in every territory, so persons and what signs them in are keyed by the person; what
belongs to a territory (grants, missions) is keyed by the territory first.
"""

from services.members.tables.columns import MembersTable
from services.members.tables.limits import Attempt
from services.members.tables.persons import MemberMission, MembershipRequest, Person
from services.members.tables.roles import RoleGrant
from services.members.tables.sessions import RefreshToken, SessionKey, SignIn, SignInLink

__all__ = [
    "Attempt",
    "MemberMission",
    "MembersTable",
    "MembershipRequest",
    "Person",
    "RefreshToken",
    "RoleGrant",
    "SessionKey",
    "SignIn",
    "SignInLink",
]

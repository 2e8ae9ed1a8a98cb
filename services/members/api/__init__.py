"""The HTTP API of members, by what it is about."""

from services.members.api import contacts, grants, memberships, registry, sessions

routers = (registry.router, memberships.router, contacts.router, sessions.router, grants.router)

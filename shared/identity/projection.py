"""Each service's own projection of whom it trusts: signing keys, and who holds which role."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.bus import Handlers
from shared.database import Work
from shared.events import Heard
from shared.events.members import RoleGranted, RoleRevoked, SigningKeyPublished
from shared.identity.who import Role


def hear_identity(handlers: Handlers) -> None:
    """Add the handlers that keep the projection to a service's own."""

    @handlers.hears(SigningKeyPublished)
    async def trust_signing_keys(work: Work, batch: Sequence[Heard[SigningKeyPublished]]) -> None:
        for heard in batch:
            await work.execute(
                "insert into signing_keys (key_id, public_key, valid_until) values (:id, :key, :until)"
                " on conflict (key_id) do update set valid_until = excluded.valid_until",
                id=heard.event.key_id,
                key=heard.event.public_key,
                until=heard.event.valid_until,
            )

    @handlers.hears(RoleGranted, RoleRevoked)
    async def project_roles(work: Work, batch: Sequence[Heard[Any]]) -> None:
        for heard in batch:
            held = {
                "territory": heard.event.territory,
                "person": heard.event.person_id,
                "role": heard.event.role,
                "grant": heard.event.grant_id,
            }
            if isinstance(heard.event, RoleGranted):
                await work.execute(
                    "insert into role_holders (territory, person_id, role, grant_id)"
                    " values (:territory, :person, :role, :grant)"
                    " on conflict (territory, person_id, role) do update set grant_id = excluded.grant_id",
                    **held,
                )
            else:
                await work.execute(
                    "delete from role_holders where territory = :territory and person_id = :person"
                    " and role = :role and grant_id = :grant",
                    **held,
                )


async def holds_role(work: Work, *, person_id: UUID, role: Role, territory: str) -> bool:
    """Whether a person holds a role now, by the projection and not by a session that may be minutes old."""
    found = await work.execute(
        "select 1 from role_holders where territory = :territory and person_id = :person and role = :role",
        territory=territory,
        person=person_id,
        role=role,
    )
    return found.first() is not None

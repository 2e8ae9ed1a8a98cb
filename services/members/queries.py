"""Reads for pages, for the API and for sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.members.domain.grants import NATIONAL_OPERATOR, TREASURER, Proposal
from services.members.domain.membership import Standing
from services.members.tables import RoleGrant
from shared.database import Work
from shared.values import NATIONAL


async def roles_of(work: Work, person_id: UUID) -> list[tuple[str, str]]:
    """(role, territory) pairs that a person holds now: the grants, and `member` in the person's territory."""
    rows = await work.execute(
        """
        select role, territory from role_grants where person_id = :person and state = 'active'
        union all
        select 'member', territory from persons where person_id = :person and state = :active
        order by 1, 2
        """,
        person=person_id,
        active=Standing.ACTIVE.value,
    )
    return [(row.role, row.territory) for row in rows]


async def operators(work: Work) -> dict[UUID, str]:
    """The active national operators: their addresses, by person."""
    rows = await work.execute(
        """
        select person_id, email from role_grants join persons using (person_id)
        where role_grants.territory = :national and role = :role and role_grants.state = 'active'
          and email is not null
        """,
        national=NATIONAL,
        role=NATIONAL_OPERATOR,
    )
    return {row.person_id: row.email for row in rows}


async def other_treasurers(work: Work, *, territory: str, than: UUID) -> list[str]:
    """The addresses of the other treasurers of a territory."""
    rows = await work.execute(
        """
        select email from role_grants join persons using (person_id)
        where role_grants.territory = :territory and role = :role and role_grants.state = 'active'
          and person_id <> :than and email is not null
        """,
        territory=territory,
        role=TREASURER,
        than=than,
    )
    return list(rows.scalars())


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant as operators see it; addresses are shown so that they know whom they confirm."""

    grant_id: UUID
    territory: str
    role: str
    state: str
    person_id: UUID
    display_name: str
    email: str
    granted_by: UUID | None
    granted_by_name: str | None
    granted_at: datetime
    confirmed_by: UUID | None
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    order_hash: str


async def grants(work: Work) -> list[GrantLine]:
    """The grants that are active or wait: the waiting ones first, then the newest."""
    rows = await work.execute(
        """
        select g.grant_id, g.territory, g.role, g.state, g.person_id, p.display_name, p.email,
               g.granted_by, first.display_name as granted_by_name, g.granted_at,
               g.confirmed_by, second.display_name as confirmed_by_name, g.confirmed_at, g.order_hash
        from role_grants g
        join persons p on p.person_id = g.person_id
        left join persons first on first.person_id = g.granted_by
        left join persons second on second.person_id = g.confirmed_by
        where g.state <> 'revoked' and p.email is not null
        order by g.state desc, g.granted_at desc
        """
    )
    return [GrantLine(**row._mapping) for row in rows]


async def missions_of(work: Work, member_id: UUID) -> list[dict[str, Any]]:
    """The missions of a member, in the order in which they were offered."""
    rows = await work.execute(
        "select mission_id, title, description, state from member_missions where member_id = :member"
        " order by mission_id",
        member=member_id,
    )
    return [dict(row._mapping) for row in rows]


def proposal_of(grant: RoleGrant) -> Proposal:
    """The stored grant as the proposal that its hash is about."""
    return Proposal(
        grant_id=grant.grant_id,
        territory=grant.territory,
        person_id=grant.person_id,
        role=grant.role,
        granted_by=grant.granted_by,
    )

"""Erasure: the key is destroyed, and with it every sealed copy, wherever it lies. A tombstone stays."""

from uuid import UUID

from services.members.domain.membership import Standing
from services.members.repository import person as person_by_id
from shared.database import Work
from shared.events.members import RoleRevoked


async def erase_person(work: Work, *, person_id: UUID) -> bool:
    """Erase what names a person and end every role and session. Returns False when there is nothing to erase.

    The row stays as a tombstone, so that a resent event cannot bring the person back (RGPD, article 17).
    """
    person = await person_by_id(work, person_id, lock=True)
    if person is None or person.state == Standing.ERASED:
        return False
    ended = await work.execute(
        """
        with open as (
            select grant_id, state from role_grants
            where person_id = :person and state <> 'revoked' for update
        )
        update role_grants g set state = 'revoked', revoked_at = :now
        from open where g.grant_id = open.grant_id
        returning g.territory, g.grant_id, g.role, open.state
        """,
        person=person_id,
        now=work.now,
    )
    for grant in ended:
        if grant.state == "active":
            work.record(
                RoleRevoked(
                    territory=grant.territory, grant_id=grant.grant_id, person_id=person_id, role=grant.role
                )
            )
    for table in ("membership_requests", "sign_in_links", "sign_ins", "member_missions"):
        column = "member_id" if table == "member_missions" else "person_id"
        await work.execute(f"delete from {table} where {column} = :person", person=person_id)  # noqa: S608
    person.state, person.erased_at = Standing.ERASED, work.now
    person.email = person.display_name = person.wrapped_key = None
    person.consent_version = person.consented_at = person.consent_source = None
    return True

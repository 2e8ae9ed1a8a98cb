"""Who keeps the national desk now: read again where money moves, since a session may be minutes old."""

from uuid import UUID

from services.pledges.domain.national_desk import TreasurerNoMore
from shared.database import Work
from shared.identity import Role
from shared.identity.projection import holds_role
from shared.values import NATIONAL


async def is_treasurer(work: Work, person_id: UUID) -> bool:
    """Whether somebody is a treasurer of the national desk, by this service's own projection."""
    return await holds_role(work, person_id=person_id, role=Role.TREASURER, territory=NATIONAL)


async def check_treasurer(work: Work, person_id: UUID | None) -> UUID:
    """Raises TreasurerNoMore; nobody (a session without a person) is no treasurer."""
    if person_id is None or not await is_treasurer(work, person_id):
        raise TreasurerNoMore
    return person_id

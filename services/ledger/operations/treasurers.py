"""Who is a treasurer now: read in the ledger's own projection, in the same transaction, since a session may be old."""

from uuid import UUID

from shared.database import Work
from shared.identity import Role
from shared.identity.projection import holds_role
from shared.values import NATIONAL
from shared.web.errors import UserError


async def is_treasurer(work: Work, person_id: UUID | None, territory: str) -> bool:
    """Whether somebody is a treasurer of a territory."""
    return person_id is not None and await holds_role(
        work, person_id=person_id, role=Role.TREASURER, territory=territory
    )


async def check_treasurer(work: Work, person_id: UUID, territory: str) -> None:
    """Raises UserError (403)."""
    if not await is_treasurer(work, person_id, territory):
        whose = "de la trésorerie nationale" if territory == NATIONAL else "trésorière de ce territoire"
        raise UserError(
            f"Seule une personne {whose} peut le faire ; ce rôle n’est pas (ou plus) connu.",
            status=403,
            code="forbidden",
        )

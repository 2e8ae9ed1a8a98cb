"""Registering organisations, and checking who speaks for one."""

from uuid import UUID

from services.projects import repository
from services.projects.domain.organisations import MAX_NAME, Identifiers, NotItsRepresentative, sufficient
from services.projects.domain.refusals import line_within
from services.projects.tables import Organisation
from shared.database import Work
from shared.values import new_id


async def register_organisation(
    work: Work, *, name: str, territory: str, identifiers: Identifiers, representative_id: UUID
) -> Organisation:
    """Put an organisation in the registry; the person who does it represents it.

    Raises OrganisationAlreadyRegistered, or what `sufficient` raises.
    """
    sufficient(identifiers, territory=territory)
    organisation = Organisation(
        territory=territory,
        organisation_id=new_id(),
        name=line_within(name, most=MAX_NAME),
        siren=identifiers.siren,
        rna=identifiers.rna,
        tribunal_reference=identifiers.tribunal_reference,
        representative_id=representative_id,
        registered_at=work.now,
    )
    await repository.add_organisation(work, organisation)
    return organisation


async def represented(work: Work, *, organisation_id: UUID, person_id: UUID | None) -> Organisation:
    """The organisation, when the person represents it. Raises OrganisationUnknown or NotItsRepresentative."""
    organisation = await repository.organisation_of(work, organisation_id)
    if organisation.representative_id != person_id:
        raise NotItsRepresentative()
    return organisation

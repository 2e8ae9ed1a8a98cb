"""Savers who are no members leave a contact for the letters about their pledge."""

from uuid import UUID

from services.members.domain.membership import SaversContact, Standing
from services.members.operations.limits import admit_client, may_write_to
from services.members.operations.sealed_letters import record_contact, wrapped_new_key
from services.members.repository import add_person
from services.members.repository import person as person_by_id
from services.members.settings import Settings
from services.members.tables import Person
from shared.database import Work


class PledgeUnknown(Exception):
    """The identifier was not made by a pledge without an account."""

    def __init__(self) -> None:
        super().__init__("Cette promesse n’est pas reconnue\u00a0: revenez à sa page et réessayez.")


async def leave_contact(
    work: Work, *, settings: Settings, person_id: UUID, contact: SaversContact, client: str
) -> None:
    """Record where a saver wants letters. `person_id` is the random UUID that the pledge was made with: who
    has it may set a contact once. A contact that is there already stays, and the answer is the same.

    Raises TooManyRequests, PledgeUnknown.
    """
    await admit_client(work, settings=settings, client=client)
    if person_id.version != 4:  # accounts have UUIDv7: nobody makes one from outside
        if await person_by_id(work, person_id) is None:
            raise PledgeUnknown
        return
    await work.execute("select pg_advisory_xact_lock(hashtextextended(:person, 3))", person=str(person_id))
    if await person_by_id(work, person_id) is not None:
        return
    if not await may_write_to(work, settings=settings, email=contact.email):
        return
    person = await add_person(
        work,
        Person(
            person_id=person_id,
            territory=contact.territory,
            state=Standing.SAVER,
            email=contact.email,
            display_name=contact.display_name,
            wrapped_key=wrapped_new_key(settings, person_id),
            created_at=work.now,
        ),
    )
    record_contact(work, settings=settings, person=person)

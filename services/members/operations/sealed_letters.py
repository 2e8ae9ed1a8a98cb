"""Tells notifications, sealed with the person's key, whom to write to and which link to send."""

from datetime import datetime
from uuid import UUID

from services.members.operations.vault import Vault
from services.members.settings import Settings
from services.members.tables import Person
from shared.database import Work
from shared.events import PersonalEvent
from shared.events.members import Contact, ContactRecorded, Link
from shared.personal import new_key, seal


def wrapped_new_key(settings: Settings, person_id: UUID) -> bytes:
    """A new key for a person, as it is stored."""
    return Vault(settings.secret).wrap(new_key(), owner=str(person_id))


def key_of(settings: Settings, person: Person) -> bytes:
    """The key of a person who is not erased."""
    assert person.wrapped_key is not None, "an erased person has no key"
    return Vault(settings.secret).unwrap(person.wrapped_key, owner=str(person.person_id))


def record_contact(work: Work, *, settings: Settings, person: Person) -> None:
    """Record `ContactRecorded`: letters to this person go to this address from now on."""
    assert person.email is not None
    assert person.display_name is not None
    contact = Contact(email=person.email, display_name=person.display_name)
    sealed = seal(
        key=key_of(settings, person),
        person_id=person.person_id,
        type=ContactRecorded.type,
        content=contact,
    )
    work.record(ContactRecorded(territory=person.territory, person_id=person.person_id, sealed=sealed))


def record_link(
    work: Work,
    contract: type[PersonalEvent],
    *,
    settings: Settings,
    person: Person,
    greeting: str,
    territory: str,
    path: str,
    expires_at: datetime,
) -> None:
    """Record an event that makes notifications mail a link to the person's address, greeting by that name."""
    assert person.email is not None
    link = Link(
        email=person.email,
        display_name=greeting,
        url=f"{settings.public_url.rstrip('/')}{path}",
        expires_at=expires_at,
    )
    sealed = seal(key=key_of(settings, person), person_id=person.person_id, type=contract.type, content=link)
    work.record(contract(territory=territory, person_id=person.person_id, sealed=sealed))

"""What members says: who joined, who holds which role, with which key sessions are signed."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.events.contract import Event, PersonalEvent


class OfferedMission(BaseModel):
    """A mission as it is told to a member in the welcome mail."""

    model_config = ConfigDict(frozen=True)

    mission_id: UUID
    title: str
    description: str


class MemberJoined(Event, publisher="members"):
    """A natural person confirmed the membership by mail; these are the first missions."""

    member_id: UUID
    joined_on: date
    missions: tuple[OfferedMission, ...] = ()

    @property
    def key(self) -> str:
        return str(self.member_id)


class RoleGranted(Event, publisher="members"):
    """A person holds a role in a territory from now on."""

    grant_id: UUID
    person_id: UUID
    role: str
    granted_by: UUID | None = None
    confirmed_by: UUID | None = None

    @property
    def key(self) -> str:
        return str(self.person_id)


class RoleRevoked(Event, publisher="members"):
    """A person holds a role in a territory no more."""

    grant_id: UUID
    person_id: UUID
    role: str

    @property
    def key(self) -> str:
        return str(self.person_id)


class SigningKeyPublished(Event, publisher="members"):
    """The public half (raw Ed25519, base64url) of a key that signs sessions, national lane."""

    key_id: str
    public_key: str
    valid_until: AwareDatetime

    @property
    def key(self) -> str:
        return self.key_id


class ContactRecorded(PersonalEvent, publisher="members"):
    """A person's contact. Sealed: `Contact`."""


class ConfirmationRequested(PersonalEvent, publisher="members"):
    """A person asked to join and must confirm by mail. Sealed: `Link`."""


class SignInRequested(PersonalEvent, publisher="members"):
    """A known person asked for a sign-in link. Sealed: `Link`."""


class Contact(BaseModel):
    """The sealed content of `ContactRecorded`."""

    email: str
    display_name: str
    language: str = "fr"


class Link(BaseModel):
    """The sealed content of the events that carry a link: the address rides along, the contact may not be there yet."""

    email: str
    display_name: str
    url: str
    expires_at: AwareDatetime

"""A members service on its database, what it would have mailed, and persons who take part."""

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import jwt
import pytest

from services.members.handlers import key_answer
from shared.client import Platform
from shared.events import PersonalEvent
from shared.events.members import Contact, ContactRecorded, Link
from shared.personal import unseal
from shared.runtime import Service
from shared.testing import client_for, recorded

FORM = {
    "email": "Camille.Roux@exemple.fr",
    "name": "Camille Roux",
    "territory": "64",
    "kind": "personne",
    "consent": "oui",
}


@dataclass(frozen=True)
class Letter:
    """A sealed event, opened as notifications would."""

    type: str
    person_id: UUID
    territory: str
    content: Link | Contact

    @property
    def token(self) -> str:
        assert isinstance(self.content, Link)
        return parse_qs(urlsplit(self.content.url).query)["jeton"][0]


async def letters_of(service: Service) -> list[Letter]:
    """Everything sealed that the service has recorded, opened with the keys that it gives on request."""
    found = []
    for event in await recorded(service):
        if isinstance(event, PersonalEvent):
            answer = await key_answer(service.database, settings=service.settings, person_id=event.person_id)
            key = base64.urlsafe_b64decode(json.loads(answer)["key"])
            text = unseal(key=key, person_id=event.person_id, type=event.type, sealed=event.sealed)
            content = (Contact if isinstance(event, ContactRecorded) else Link).model_validate_json(text)
            found.append(Letter(event.name, event.person_id, event.territory, content))
    return found


async def token_of(service: Service, kind: str = "confirmation_requested") -> str:
    """The token of the last letter of a kind."""
    return [letter for letter in await letters_of(service) if letter.type == kind][-1].token


async def say(service: Service, statement: str, **parameters: object) -> None:
    """Change the database behind the service's back: let time pass."""
    async with service.database.begin() as work:
        await work.execute(statement, **parameters)


@pytest.fixture
async def service(make_service: Callable[..., Awaitable[Service]]) -> Service:
    """Members on a fresh database."""
    return await make_service("members")


@pytest.fixture
async def http(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A browser, or a program: it keeps its cookies and follows no redirects."""
    async with client_for(service) as client:
        yield client


@pytest.fixture
def local_key(operator_key: tuple, tmp_path) -> Callable[[], dict[str, str]]:
    """The header of the command line's local key, signed anew for each request."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "operator.key").write_bytes(operator_key[0].read_bytes())
    platform = Platform(facts={}, home=tmp_path)
    return lambda: {"Authorization": f"Bearer {platform.local_token()}"}


async def join(http: httpx.AsyncClient, service: Service, **changes: str) -> UUID:
    """Let a person join and confirm; returns the member's identifier."""
    form = {**FORM, **changes}
    answer = await http.post("/rejoindre", data=form)
    assert answer.status_code == 303
    answer = await http.post(
        "/api/members/memberships/confirmations", json={"token": await token_of(service)}
    )
    assert answer.status_code == 200
    return UUID(answer.json()["member_id"])


async def sign_in(http: httpx.AsyncClient, service: Service, email: str) -> dict:
    """Sign a person in by the API; returns session, expires_in and refresh."""
    assert (await http.post("/api/members/sign-in-links", json={"email": email})).status_code == 202
    token = await token_of(service, "sign_in_requested")
    answer = await http.post("/api/members/sessions", json={"token": token})
    assert answer.status_code == 201
    return answer.json()


def bearer(opened: dict) -> dict[str, str]:
    """The header of a session."""
    return {"Authorization": f"Bearer {opened['session']}"}


def claims_of(session: str) -> dict:
    """What a session says; its signature is checked elsewhere."""
    return jwt.decode(session, options={"verify_signature": False})


@dataclass(frozen=True)
class Operator:
    """A national operator who is signed in."""

    person_id: UUID
    headers: dict[str, str]


async def found(http: httpx.AsyncClient, service: Service, local_key: Callable, email: str) -> Operator:
    """Make a founding operator and sign in."""
    answer = await http.post(
        "/api/members/founding-operators",
        json={"email": email, "name": "Une opératrice"},
        headers=local_key(),
    )
    assert answer.status_code == 201, answer.text
    opened = await sign_in(http, service, email)
    return Operator(UUID(answer.json()["person_id"]), bearer(opened))


@pytest.fixture
async def operators(
    http: httpx.AsyncClient, service: Service, local_key: Callable
) -> tuple[Operator, Operator]:
    """The two founding operators."""
    first = await found(http, service, local_key, "alix@exemple.fr")
    second = await found(http, service, local_key, "dominique@exemple.fr")
    return first, second

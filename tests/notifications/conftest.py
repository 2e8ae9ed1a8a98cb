"""A real mail server, members' side of the account of personal data, and the service between the two."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiosmtpd.smtp import SMTP
from nats.aio.client import Client
from nats.aio.msg import Msg

from deploy.local.broker import Broker
from shared.bus.connection import connect
from shared.events.members import (
    ConfirmationRequested,
    Contact,
    ContactRecorded,
    Link,
    SignInRequested,
)
from shared.personal import KEY_REQUEST_SUBJECT, new_key, seal
from shared.runtime import Service


@dataclass
class Received:
    """One mail as the server got it."""

    sender: str
    recipient: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]

    def part(self, subtype: str) -> str:
        body = self.message.get_body(preferencelist=(subtype,))
        assert body is not None
        return body.get_content()


@dataclass
class MailBox:
    """A mail server on loopback that keeps what it takes, and answers what a test wants it to answer."""

    mails: list[Received] = field(default_factory=list)
    arrival: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0
    answer_to_recipient: str | None = None
    answer_to_data: str | None = None
    url: str = ""
    server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> None:
        def accept() -> SMTP:
            self.connections += 1
            return SMTP(self, enable_SMTPUTF8=True, hostname="mail.test")

        self.server = await asyncio.get_running_loop().create_server(accept, "127.0.0.1", port)
        self.url = f"smtp://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self.server is not None:
            self.server.close()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.answer_to_recipient:
            return self.answer_to_recipient.format(address=address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer_to_data:
            return self.answer_to_data
        self.mails.append(Received(envelope.mail_from, envelope.rcpt_tos[0], envelope.content))
        self.arrival.set()
        return "250 2.0.0 taken"

    def to(self, recipient: str) -> list[Received]:
        return [mail for mail in self.mails if mail.recipient == recipient]


@dataclass
class MembersDesk:
    """members' side: a key for each person, answers to key requests, and what members would say."""

    keys: dict[UUID, bytes] = field(default_factory=dict)
    erased: set[UUID] = field(default_factory=set)
    requests: list[UUID] = field(default_factory=list)
    client: Client | None = None

    async def start(self, url: str) -> None:
        self.client = await connect(url, service="members", name="members-test")
        await self.client.subscribe(KEY_REQUEST_SUBJECT, cb=self.answer)
        await self.client.flush()

    async def stop(self) -> None:
        if self.client is not None:
            await self.client.close()

    async def answer(self, request: Msg) -> None:
        person_id = UUID(request.data.decode())
        self.requests.append(person_id)
        if person_id in self.erased:
            said: dict[str, Any] = {"erased": True}
        elif person_id in self.keys:
            said = {"key": base64.urlsafe_b64encode(self.keys[person_id]).decode().rstrip("=")}
        else:
            said = {"unknown": True}
        await request.respond(json.dumps(said).encode())

    def contact(self, person_id: UUID, email: str, name: str = "Camille Étienne") -> ContactRecorded:
        return self._sealed(ContactRecorded, person_id, Contact(email=email, display_name=name))

    def link(
        self,
        contract: type[ConfirmationRequested] | type[SignInRequested],
        person_id: UUID,
        email: str,
        *,
        url: str = "http://milliard.test/connexion/lien?jeton=secret",
        minutes: float = 15,
    ) -> Any:
        link = Link(
            email=email,
            display_name="Camille Étienne",
            url=url,
            expires_at=datetime.now(UTC) + timedelta(minutes=minutes),
        )
        return self._sealed(contract, person_id, link)

    def _sealed(self, contract: Any, person_id: UUID, content: Any) -> Any:
        key = self.keys.setdefault(person_id, new_key())
        sealed = seal(key=key, person_id=person_id, type=contract.type, content=content)
        return contract(territory="64", person_id=person_id, sealed=sealed)


@pytest.fixture
async def mailbox() -> AsyncIterator[MailBox]:
    box = MailBox()
    await box.start()
    yield box
    await box.stop()


@pytest.fixture
async def members(broker: Broker) -> AsyncIterator[MembersDesk]:
    desk = MembersDesk()
    await desk.start(broker.personal_url_for("members"))
    yield desk
    await desk.stop()


@pytest.fixture
async def personal(broker: Broker) -> AsyncIterator[Client]:
    url = broker.personal_url_for("notifications")
    client = await connect(url, service="notifications", name="notifications-test")
    yield client
    await client.close()


@pytest.fixture
async def service(
    make_service: Callable[..., Awaitable[Service]], mailbox: MailBox, members: MembersDesk, personal: Client
) -> Service:
    """The service, connected to its mail server and to the account of personal data; nothing is running."""
    service = await make_service("notifications", smtp_url=mailbox.url, smtp_timeout_seconds=2)
    service.personal = personal
    return service


@pytest.fixture
def person_id() -> UUID:
    return uuid4()


@pytest.fixture
async def deliver(service: Service) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """`await deliver()`: what the delivery does until nothing is due."""
    delivery = service.background[0].__self__  # type: ignore[attr-defined]

    async def until_nothing_is_due() -> None:
        while await delivery.deliver_due():
            pass

    yield until_nothing_is_due
    await delivery._server.close()


@pytest.fixture
def states(service: Service) -> Callable[[], Awaitable[list[tuple[str, str, str | None]]]]:
    """`await states()`: (kind, state, reason) of every letter, in the order in which they were written."""

    async def read() -> list[tuple[str, str, str | None]]:
        async with service.database.begin() as work:
            rows = await work.execute("select kind, state, reason from letters order by letter_id")
            return [tuple(row) for row in rows]  # type: ignore[misc]

    return read


@pytest.fixture
def change(service: Service) -> Callable[[str], Awaitable[None]]:
    """`await change(sql)`: what time, or a crash, would have done to the rows."""

    async def execute(statement: str) -> None:
        async with service.database.begin() as work:
            await work.execute(statement)

    return execute

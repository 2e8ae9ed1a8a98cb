"""Bank files written by our own writer, and a pledges service to send them to."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import uvicorn

from services.pledges.domain.statement import BankLine, Direction, StatementHeader
from services.pledges.domain.target_days import business_days_after
from services.pledges.formats.camt_writer import write_statements
from services.pledges.settings import DEMONSTRATION_IBAN
from shared.events.members import RoleGranted
from shared.runtime import Service
from shared.testing import client_for, hear, session_token
from shared.values import today_in_france
from tests.pledges.notified import Notified, notification

TREASURER = UUID("7d9f5a52-3b0c-4e0f-8a9a-0f6a3f1f0001")
FIRST_DAY = date(2026, 11, 2)
PAYER_IBAN = "FR1420041010050500013M02606"

Statement = tuple[StatementHeader, list[BankLine]]


@pytest.fixture
async def pledges(make_service: Callable[..., Awaitable[Service]]) -> Service:
    """The pledges service on a fresh database, with chunks small enough that tests cross them."""
    return await make_service("pledges", lines_per_chunk=4)


@pytest.fixture
def as_treasurer() -> dict[str, str]:
    """Headers of a treasurer of the national lane."""
    return {"Authorization": f"Bearer {session_token(TREASURER, roles=[('treasurer', '00')])}"}


@pytest.fixture
def movement() -> Callable[..., BankLine]:
    """`movement(1000)` a credit of 10 €, `movement(-1000)` a debit; other fields of the line as keywords."""

    def make(signed_minor: int, **fields: Any) -> BankLine:
        return BankLine(
            **{
                "entry_index": 0,
                "detail_index": 1,
                "amount_minor": abs(signed_minor),
                "direction": Direction.CREDIT if signed_minor > 0 else Direction.DEBIT,
                "booked_on": FIRST_DAY,
                "value_on": FIRST_DAY,
                "counterparty_name": "Camille Exemple",
                **fields,
            }
        )

    return make


@pytest.fixture
def statement() -> Callable[..., Statement]:
    """`statement(lines, opening_minor=…, day=…)`: a statement that adds up."""

    def make(
        lines: Sequence[BankLine],
        *,
        opening_minor: int = 0,
        closing_minor: int | None = None,
        day: int = 0,
        statement_id: str | None = None,
        iban: str = DEMONSTRATION_IBAN,
    ) -> Statement:
        on = FIRST_DAY + timedelta(days=day)
        header = StatementHeader(
            iban=iban,
            statement_id=statement_id or f"RELEVE-{day:03d}",
            currency="EUR",
            opening_minor=opening_minor,
            closing_minor=opening_minor + sum(line.signed_minor for line in lines)
            if closing_minor is None
            else closing_minor,
            opening_on=on,
            closing_on=on,
            sequence_number=day + 1,
        )
        return header, [replace(line, entry_index=index) for index, line in enumerate(lines, start=1)]

    return make


@pytest.fixture
def bank_file() -> Callable[..., bytes]:
    """The bytes of a camt.053 file with these statements."""

    def make(*statements: Statement, version: str = "camt.053.001.08") -> bytes:
        out = io.BytesIO()
        write_statements(
            out,
            statements,
            message_id=uuid4().hex[:16],
            created_at=datetime(2026, 11, 30, tzinfo=UTC),
            version=version,
        )
        return out.getvalue()

    return make


@pytest.fixture
def send(pledges: Service, as_treasurer: dict[str, str]) -> Callable[[bytes], Awaitable[Any]]:
    """Send a bank file as a treasurer does by HTTP; the response."""

    async def post(content: bytes) -> Any:
        async with client_for(pledges) as http:
            return await http.post("/api/pledges/statements", content=content, headers=as_treasurer)

    return post


@pytest.fixture
def promised(pledges: Service) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Make a pledge by HTTP; its JSON."""

    async def post(amount_minor: int = 5000, territory: str = "64") -> dict[str, Any]:
        async with client_for(pledges) as http:
            answer = await http.post(
                "/api/pledges/pledges", json={"amount_minor": amount_minor, "territory": territory}
            )
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    return post


@pytest.fixture
def signed(
    pledges: Service, promised: Callable[..., Awaitable[Any]]
) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Sign a mandate by HTTP: 10 € on the 5th of each month for a pledge of 120 €, unless said; its JSON."""

    async def post(pledge: dict[str, Any] | None = None, **terms: Any) -> dict[str, Any]:
        pledge = pledge or await promised(12_000)
        body = {"holder_name": "Camille Exemple", "iban": PAYER_IBAN, "rhythm": "monthly"} | terms
        if body["rhythm"] == "monthly":
            body = {"amount_minor": 1_000, "day": 5} | body
        async with client_for(pledges) as http:
            text = (await http.get("/api/pledges/mandate-text")).json()
            answer = await http.post(
                f"/api/pledges/pledges/{pledge['pledge_id']}/mandates",
                json=body | {"text_digest": text["digest"]},
            )
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    return post


@pytest.fixture
def collect_day() -> date:
    """A day for which a batch can be prepared today."""
    return business_days_after(today_in_france() + timedelta(days=15), 3)


@pytest.fixture
def prepare_answer(pledges: Service, as_treasurer: dict[str, str]) -> Callable[[date], Awaitable[Any]]:
    """Prepare the direct debits of a day by HTTP; the response."""

    async def post(on: date) -> Any:
        async with client_for(pledges) as http:
            return await http.post(
                "/api/pledges/debit-batches", json={"on": on.isoformat()}, headers=as_treasurer
            )

    return post


@pytest.fixture
def prepare(
    prepare_answer: Callable[[date], Awaitable[Any]], collect_day: date
) -> Callable[..., Awaitable[dict[str, Any]]]:
    """The JSON of a batch that is prepared."""

    async def post(on: date = collect_day) -> dict[str, Any]:
        answer = await prepare_answer(on)
        assert answer.status_code == 201, answer.text
        batch: dict[str, Any] = answer.json()
        return batch

    return post


@pytest.fixture
def ripen(pledges: Service) -> Callable[[], Awaitable[None]]:
    """The days that savers were promised pass."""

    async def pass_() -> None:
        async with pledges.database.begin() as work:
            await work.execute(
                "update debit_batches set announced_on = announced_on - 30, sendable_from = current_date - 1"
            )

    return pass_


@pytest.fixture
async def take_file(
    pledges: Service, as_treasurer: dict[str, str]
) -> Callable[[dict[str, Any]], Awaitable[Any]]:
    """Take the file of a batch, as a treasurer of the national lane whom members named; the response."""
    await hear(
        pledges,
        RoleGranted(territory="00", person_id=TREASURER, role="treasurer", grant_id=uuid4()),
    )

    async def post(batch: dict[str, Any]) -> Any:
        async with client_for(pledges) as http:
            return await http.post(
                f"/api/pledges/debit-batches/{batch['batch_id']}/file", headers=as_treasurer
            )

    return post


@pytest.fixture
async def platform(pledges, homes, operator_key, monkeypatch) -> AsyncIterator[None]:
    """The service listens on a socket, and the environment says where."""
    home, runtime = homes
    socket = runtime / "pledges-cli.sock"
    (home / "keys").mkdir(exist_ok=True)
    (home / "keys" / "operator.key").write_bytes(operator_key[0].read_bytes())
    file = home / "platform.json"
    file.write_text(json.dumps({"services": {"pledges": f"unix:{socket}"}}))
    monkeypatch.setenv("MILLIARD_HOME", str(home))
    monkeypatch.setenv("MILLIARD_PLATFORM_FILE", str(file))
    server = uvicorn.Server(uvicorn.Config(pledges.app, uds=str(socket), log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by a flag
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await serving


@pytest.fixture
def book(
    send: Callable[[bytes], Awaitable[Any]],
    statement: Callable[..., Statement],
    bank_file: Callable[..., bytes],
    movement: Callable[..., BankLine],
) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Import a statement of sums that it does not detail, each `(amount, reference)`; its answer."""

    async def make(*sums: tuple[int, str | None], day: int = 0) -> dict[str, Any]:
        lines = [
            movement(
                amount, detail_index=0, bank_reference=reference, booked_on=FIRST_DAY + timedelta(days=day)
            )
            for amount, reference in sums
        ]
        answer = await send(bank_file(statement(lines, day=day)))
        assert answer.status_code == 200, answer.text
        imported: dict[str, Any] = answer.json()
        return imported

    return make


@pytest.fixture
def notify(send: Callable[[bytes], Awaitable[Any]]) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Import a notification with these entries; what became of it."""

    async def make(*entries: Notified, **fields: Any) -> dict[str, Any]:
        answer = await send(notification(*entries, **fields))
        assert answer.status_code == 200, answer.text
        imported: dict[str, Any] = answer.json()
        return imported

    return make

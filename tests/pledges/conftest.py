"""Bank files written by our own writer, and a pledges service to send them to."""

import io
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.pledges.domain.statement import BankLine, Direction, StatementHeader
from services.pledges.formats.camt_writer import write_statements
from services.pledges.settings import DEMONSTRATION_IBAN
from shared.runtime import Service
from shared.testing import client_for, session_token

TREASURER = UUID("7d9f5a52-3b0c-4e0f-8a9a-0f6a3f1f0001")
FIRST_DAY = date(2026, 11, 2)

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

"""A year of gifts that is over, an organisation whose right is on, and donors who leave their names."""

from collections.abc import Awaitable, Callable
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.pledges.domain.account import statement_uuid
from services.pledges.domain.days_told import DaysTold
from services.pledges.domain.statement import BankLine, StatementHeader
from services.pledges.domain.tally import Tally
from services.pledges.operations.reconcile_lines import reconcile_lines
from services.pledges.operations.statement_chunks import Chunk
from services.pledges.repository.statements import add_statement
from services.pledges.settings import DEMONSTRATION_IBAN
from shared.runtime import Service
from shared.testing import client_for

YEAR = 2025
MENTIONS: dict[str, Any] = {
    "registration": "732 829 320",
    "name": "Association de l’Œuvre",
    "street": "12 rue de l’Église",
    "postal_code": "64000",
    "city": "Pau",
    "object": "Rassembler des dons pour la transition juste.",
    "quality": "Œuvre ou organisme d’intérêt général",
    "signatory_name": "Alix Exemple",
    "signatory_role": "trésorière",
    "accounts": [DEMONSTRATION_IBAN],
}
RIGHT = {"ground": "Rescrit du 3 mars 2025, référence 2025/64/12", "first_on": "2025-01-01"}
NAME = {
    "first_names": "Zoé",
    "last_name": "D’Étienne",
    "street": "3 impasse du Cœur",
    "postal_code": "64100",
    "city": "Bayonne",
    "country": "France",
}
PAYER = "M OU MME DETIENNE ZOE"
"""The donor's name as a bank writes it."""

Asking = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def ask(pledges: Service, as_treasurer: dict[str, str]) -> Asking:
    """`await ask("POST", path, json=…)` as a national treasurer; the answer."""

    async def send(method: str, path: str, **given: Any) -> httpx.Response:
        async with client_for(pledges) as http:
            return await http.request(method, path, headers=as_treasurer, **given)

    return send


@pytest.fixture
def issuer(ask: Asking) -> Callable[..., Awaitable[dict[str, Any]]]:
    """`await issuer()`: an organisation whose right is on; mentions and the right's fields as keywords."""

    async def make(**changed: Any) -> dict[str, Any]:
        right = RIGHT | {name: changed.pop(name) for name in (*RIGHT, "last_on") if name in changed}
        made = await ask("POST", "/api/pledges/receipt-issuers", json=MENTIONS | changed)
        assert made.status_code == 201, made.text
        path = f"/api/pledges/receipt-issuers/{made.json()['issuer_id']}/right"
        switched = await ask("POST", path, json=right)
        assert switched.status_code == 200, switched.text
        found: dict[str, Any] = switched.json()
        return found

    return make


@pytest.fixture
def movement(movement: Callable[..., BankLine]) -> Callable[..., BankLine]:
    """`movement(1000)`: as everywhere, paid by the donor unless said."""

    def make(signed_minor: int, **fields: Any) -> BankLine:
        return movement(signed_minor, **{"counterparty_name": PAYER} | fields)

    return make


@pytest.fixture
def bank_day(pledges: Service) -> Callable[..., Awaitable[None]]:
    """`await bank_day(date(2025, 3, 5), [line, …])`: a statement of that day, past the process that reads files."""
    numbers = count(1)

    async def make(day: date, lines: list[BankLine], *, iban: str = DEMONSTRATION_IBAN) -> None:
        header = StatementHeader(
            iban=iban,
            statement_id=f"RELEVE-{next(numbers)}",
            currency="EUR",
            opening_minor=10**9,
            closing_minor=10**9 + sum(line.signed_minor for line in lines),
            opening_on=day,
            closing_on=day,
        )
        tally = Tally(header)
        for index, line in enumerate(lines, start=1):
            line.entry_index, line.booked_on, line.value_on = index, day, day
            tally.add(line)
        chunk = Chunk(header, lines, tally.close())
        async with pledges.database.begin() as work:
            statement_id = statement_uuid(header)
            counts = await reconcile_lines(work, chunk, statement_id=statement_id)
            await add_statement(
                work,
                statement_id=statement_id,
                header=header,
                totals=tally.close(),
                counts=counts,
                told=DaysTold.of(header, [day]),
                content_hash="",
                file_name="relevé.xml",
                imported_by=None,
            )

    return make


@pytest.fixture
def pay(promised: Any, movement: Any, bank_day: Any) -> Callable[..., Awaitable[dict[str, Any]]]:
    """`await pay(1000)`: a pledge of somebody new, or the one given, paid by the bank; in the middle of the year."""

    async def make(
        *amounts_minor: int,
        pledge: dict[str, Any] | None = None,
        day: date = date(YEAR, 6, 15),
        territory: str = "64",
        payer: str | None = PAYER,
    ) -> dict[str, Any]:
        pledge = pledge or await promised(5000, territory)
        lines = [
            movement(amount, structured_reference=pledge["reference"], counterparty_name=payer)
            for amount in amounts_minor
        ]
        await bank_day(day, lines)
        return pledge

    return make


@pytest.fixture
def leave_name(pledges: Service) -> Callable[..., Awaitable[httpx.Response]]:
    """`await leave_name(pledge)`: the donor fills the form of their page; fields as keywords."""

    async def post(pledge: dict[str, Any], **changed: str) -> httpx.Response:
        async with client_for(pledges) as http:
            return await http.post(f"/promesses/{pledge['pledge_id']}/recu/coordonnees", data=NAME | changed)

    return post


@pytest.fixture
def issue(ask: Asking) -> Callable[..., Awaitable[dict[str, Any]]]:
    """`await issue()`: issue the year as a treasurer does; what the answer says."""

    async def post(year: int = YEAR, **given: Any) -> dict[str, Any]:
        answer = await ask("POST", "/api/pledges/tax-receipts/issues", json={"year": year} | given)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return post


@pytest.fixture
def listed(ask: Asking) -> Callable[..., Awaitable[list[dict[str, Any]]]]:
    """`await listed()`: the receipts of the year, in the order of their numbers."""

    async def get(year: int = YEAR) -> list[dict[str, Any]]:
        answer = await ask("GET", "/api/pledges/tax-receipts", params={"year": year})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found

    return get


@pytest.fixture
def person_of(pledges: Service) -> Callable[[dict[str, Any]], Awaitable[UUID]]:
    """The person of a pledge."""

    async def read(pledge: dict[str, Any]) -> UUID:
        async with pledges.database.begin() as work:
            rows = await work.execute(
                "select person_id from pledges where pledge_id = :id", id=pledge["pledge_id"]
            )
            return UUID(str(rows.scalar_one()))

    return read

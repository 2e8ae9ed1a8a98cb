"""A local currency in the books of a test: registered, with a perimeter and a network, and what treasurers do."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from shared.events.pledges import ConversionDebited
from shared.testing.harness import client_for, session_token
from shared.values import today_in_france
from tests.ledger.books import DAY, FUND, Books, line

EUSKO = "X-EUSKO"
SIREN = "732829320"
OUTSIDE = "W641000000"
PROOF = "ab" * 32

TERMS = {
    "name": "Eusko",
    "issuer_name": "Euskal Moneta",
    "issuer_identifier": SIREN,
    "issuer_iban": "FR7630006000011234567890189",
    "decision_reference": "AG du 12/03/2026, résolution 5",
}


@dataclass
class Mlc:
    """Two treasurers of territory 64, one of the country, and a ledger with one local currency."""

    books: Books
    first: UUID = field(default_factory=uuid4)
    second: UUID = field(default_factory=uuid4)
    national: UUID = field(default_factory=uuid4)

    @classmethod
    async def open(cls, books: Books) -> "Mlc":
        """Registered in Bayonne, with one organisation that accepts it since long ago."""
        mlc = cls(
            books=books,
            first=await books.treasurer(),
            second=await books.treasurer(),
            national=await books.treasurer("00"),
        )
        assert (await mlc.register()).status_code == 201
        assert (await mlc.list("perimeter", "64102")).status_code == 200
        assert (await mlc.list("network", f"{SIREN};La Graine commune;2020-01-01")).status_code == 200
        return mlc

    async def register(self, code: str = EUSKO, **other: Any) -> Any:
        return await self.nationally("/api/ledger/local-currencies", {"code": code, **TERMS, **other})

    async def list(self, what: str, csv: str, code: str = EUSKO) -> Any:
        body = {"csv": csv, "decision_reference": "CA du 1er avril"}
        return await self.nationally(f"/api/ledger/local-currencies/{code}/{what}", body)

    async def nationally(self, path: str, body: dict[str, Any]) -> Any:
        return await self.books.post(path, self.national, roles=("00",), json=body)

    async def order(self, amount_minor: int, by: UUID | None = None, **other: Any) -> tuple[UUID, Any]:
        asked = {
            "conversion_id": str(uuid4()),
            "fund": FUND,
            "local_currency": EUSKO,
            "amount_minor": amount_minor,
            **other,
        }
        path = "/api/ledger/64/conversions"
        return UUID(asked["conversion_id"]), await self.books.post(path, by or self.first, json=asked)

    async def confirm(self, id: UUID, order_hash: str, by: UUID | None = None) -> Any:
        path = f"/api/ledger/64/conversions/{id}/confirmation"
        return await self.books.post(path, by or self.second, json={"order_hash": order_hash})

    async def cancel(self, id: UUID) -> Any:
        return await self.books.post(f"/api/ledger/64/conversions/{id}/cancellation", self.second)

    async def committed(self, amount_minor: int, **other: Any) -> UUID:
        id, ordered = await self.order(amount_minor, **other)
        assert ordered.status_code == 201, ordered.text
        confirmed = await self.confirm(id, ordered.json()["order_hash"])
        assert confirmed.status_code == 200, confirmed.text
        return id

    def debit(self, id: UUID, amount_minor: int, **other: Any) -> ConversionDebited:
        return ConversionDebited(
            conversion_id=id, end_to_end_id=f"MLC{id.hex}", **line(amount_minor, **other)
        )

    async def paid(self, amount_minor: int, **other: Any) -> UUID:
        id = await self.committed(amount_minor, **other)
        await self.books.hear(self.debit(id, amount_minor))
        return id

    async def units(self, id: UUID, units_minor: int, on: date = DAY, **other: Any) -> Any:
        said = {
            "units_minor": units_minor,
            "received_on": str(on),
            "issuer_reference": "R-12",
            "proof_sha256": PROOF,
        }
        path = f"/api/ledger/64/conversions/{id}/units"
        return await self.books.post(path, self.first, json={**said, **other})

    async def converted(self, amount_minor: int, **other: Any) -> UUID:
        id = await self.paid(amount_minor, **other)
        assert (await self.units(id, amount_minor)).status_code == 200
        return id

    async def give(self, amount_minor: int, to: str = SIREN, **other: Any) -> tuple[UUID, Any]:
        """Order a delivery."""
        asked = {
            "delivery_id": str(uuid4()),
            "fund": FUND,
            "local_currency": EUSKO,
            "amount_minor": amount_minor,
            "payee_identifier": to,
            "decision_reference": "Vote du 2 mars",
            **other,
        }
        path = "/api/ledger/64/deliveries"
        return UUID(asked["delivery_id"]), await self.books.post(path, self.first, json=asked)

    async def agree(self, id: UUID, order_hash: str, by: UUID | None = None) -> Any:
        """Confirm a delivery."""
        path = f"/api/ledger/64/deliveries/{id}/confirmation"
        return await self.books.post(path, by or self.second, json={"order_hash": order_hash})

    async def hand(self, id: UUID, on: date | None = None) -> Any:
        """The organisation has its units: today, unless another day is said."""
        said = {
            "delivered_on": str(on or today_in_france()),
            "issuer_reference": "V-7",
            "proof_sha256": PROOF,
        }
        return await self.books.post(f"/api/ledger/64/deliveries/{id}/handing", self.first, json=said)

    async def delivered(self, amount_minor: int) -> UUID:
        id, ordered = await self.give(amount_minor)
        assert (await self.agree(id, ordered.json()["order_hash"])).status_code == 200
        assert (await self.hand(id)).status_code == 200
        return id

    async def get(self, path: str, role: str = "treasurer", territory: str = "64") -> Any:
        token = session_token(self.first, roles=[(role, territory)])
        async with client_for(self.books.service) as http:
            return await http.get(path, headers={"Authorization": f"Bearer {token}"})

"""What a test of projects plays on: the service, and the persons who act on it by HTTP."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.runtime import Service
from shared.testing.harness import session_token

IBAN = "FR7630006000011234567890189"


@dataclass
class Stage:
    """What a test of projects plays on. Every call is a real HTTP request to the service."""

    service: Service
    http: httpx.AsyncClient
    representative: UUID = field(default_factory=uuid4)
    steward: UUID = field(default_factory=uuid4)

    def as_representative(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {session_token(self.representative)}"}

    def as_steward(self, territory: str = "64", person: UUID | None = None) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {session_token(person or self.steward, roles=[('steward', territory)])}"
        }

    async def organisation(self, **changes: Any) -> str:
        body = {"name": "La Graine commune", "territory": "64", "siren": "732829320"} | changes
        made = await self.http.post(
            "/api/projects/organisations", json=body, headers=self.as_representative()
        )
        assert made.status_code == 201, made.text
        return str(made.json()["organisation_id"])

    async def submit(self, organisation_id: str, **changes: Any) -> httpx.Response:
        body = {
            "organisation_id": organisation_id,
            "title": "Un four à pain partagé",
            "description": "Cuire ensemble, former trois personnes.",
            "amount_minor": 1_250_000,
            "family": "grant",
        } | changes
        return await self.http.post("/api/projects/64/needs", json=body, headers=self.as_representative())

    async def need(self, **changes: Any) -> str:
        made = await self.submit(await self.organisation(), **changes)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def approve(
        self, need_id: str, headers: dict[str, str] | None = None, **changes: Any
    ) -> httpx.Response:
        body = {"decision_reference": "AG du 12/03/2026, résolution 4", "decided_on": "2026-03-12"} | changes
        return await self.http.post(
            f"/api/projects/64/needs/{need_id}/approval", json=body, headers=headers or self.as_steward()
        )

    async def approved_need(self, **changes: Any) -> str:
        need_id = await self.need(**changes)
        assert (await self.approve(need_id)).status_code == 200
        return need_id

    async def ask(
        self, need_id: str, amount_minor: object, key: str | None = None, **changes: Any
    ) -> httpx.Response:
        headers = self.as_representative() | ({"Idempotency-Key": key} if key else {})
        return await self.http.post(
            f"/api/projects/64/needs/{need_id}/disbursements",
            json={"amount_minor": amount_minor, "payee_iban": IBAN} | changes,
            headers=headers,
        )

    async def state(self, need_id: str) -> str:
        found = await self.http.get(f"/api/projects/64/needs/{need_id}", headers=self.as_steward())
        return str(found.json()["state"])

    async def disbursements(self, need_id: str) -> list[dict[str, Any]]:
        found = await self.http.get(
            f"/api/projects/64/needs/{need_id}/disbursements", headers=self.as_representative()
        )
        return list(found.json())

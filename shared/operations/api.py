"""Operators' routes of a service, under `/api/<service>/operations`."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from shared.bus.topology import PERSONAL_STREAM
from shared.identity import Role, Session, allow
from shared.inbox import parking
from shared.operations import queries
from shared.operations.lanes_api import lanes_routes, who
from shared.operations.pausing import refuse_while_paused
from shared.runtime.transaction import Transaction
from shared.web.errors import UserError

if TYPE_CHECKING:
    from shared.runtime.service import Service


class Discard(BaseModel):
    """Why an event will never be applied."""

    because: Annotated[str, Field(min_length=5, max_length=500)]


def operations_routes(service: "Service") -> APIRouter:
    """Status, lanes and parking of one service."""
    router = APIRouter(prefix=f"/api/{service.name}/operations", tags=["operations"])
    operator = allow(Role.NATIONAL_OPERATOR, local_key=True)

    @router.get("/status", dependencies=[operator])
    async def read_status(work: Transaction) -> dict[str, Any]:
        """How the service's relay and lanes stand."""
        return await queries.standing(work, service=service.name)

    @router.get("/parked", dependencies=[operator])
    async def list_parked(
        work: Transaction, territory: str | None = None, limit: Annotated[int, Field(ge=1, le=1000)] = 100
    ) -> list[dict[str, Any]]:
        """Parked events, the oldest first."""
        return await queries.parked_events(work, territory=territory, at_most=limit)

    @router.get("/parked/{position}", dependencies=[operator])
    async def show_parked(position: int, work: Transaction) -> dict[str, Any]:
        """One parked event with its payload and history."""
        return await _parked(work, position)

    @router.post("/parked/{position}/replay", dependencies=[operator])
    async def replay_parked(position: int, work: Transaction) -> dict[str, Any]:
        """Apply the event and those behind it, in the order of their key, by the service's own handlers."""
        found = await _parked(work, position)
        await refuse_while_paused(work, found["territory"])
        personal = found["territory"] == PERSONAL_STREAM
        handlers = service.personal_handlers if personal else service.handlers
        assert handlers is not None
        applied, stopped = await parking.replay_key(
            work,
            resource=f"lane:{found['territory']}",
            epoch=None,
            territory=found["territory"],
            key=found["key"],
            handlers=handlers,
        )
        return {"applied": applied, "stopped": stopped}

    @router.post("/parked/{position}/discard")
    async def discard_parked(
        position: int, body: Discard, work: Transaction, session: Session = operator
    ) -> dict[str, Any]:
        """Put an event aside for good, with the reason and who said so; it is kept for auditors."""
        await _parked(work, position)
        await parking.discard(work, position=position, because=body.because, by=who(session))
        return {"discarded": position}

    router.include_router(lanes_routes(service))
    return router


async def _parked(work: Transaction, position: int) -> dict[str, Any]:
    found = await queries.parked_event(work, position)
    if found is None:
        raise UserError(
            "Cet événement n'est pas (ou plus) mis de côté : relisez la liste.", status=404, code="not_parked"
        )
    return found

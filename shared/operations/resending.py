"""The operators' route that sends a service's events again, under `/api/<service>/operations/resend`."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from shared.bus.topology import PERSONAL_STREAM
from shared.identity import Role, allow
from shared.outbox.resending import send_again
from shared.runtime.transaction import Transaction
from shared.values import lanes
from shared.web.errors import UserError

if TYPE_CHECKING:
    from shared.runtime.service import Service


class Resend(BaseModel):
    """What to publish again: since when, and of which lanes (none: of all)."""

    since: AwareDatetime
    lanes: Annotated[list[str], Field(max_length=200)] = []


def resending_routes(service: "Service") -> APIRouter:
    """Publishing again what one service has published."""
    router = APIRouter(prefix=f"/api/{service.name}/operations", tags=["operations"])

    @router.post("/resend", dependencies=[allow(Role.NATIONAL_OPERATOR, local_key=True)])
    async def resend(body: Resend, work: Transaction) -> dict[str, Any]:
        """Publish again; the inboxes of those who hear drop what they have had."""
        if unknown := set(body.lanes) - {*lanes(), PERSONAL_STREAM}:
            raise UserError(
                f"Pas de file nommée {', '.join(sorted(unknown)[:5])} : donnez un code de territoire (64, 2A, 00).",
                status=422,
                code="unknown_lane",
            )
        return asdict(await send_again(work, since=body.since, lanes=body.lanes))

    return router

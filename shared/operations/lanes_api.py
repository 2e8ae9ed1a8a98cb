"""Operators' routes on the lanes of one service, under `/api/<service>/operations/lanes`."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from shared.identity import Role, Session, allow
from shared.operations.lanes import history, lanes_of, standing_of_lanes
from shared.operations.pausing import pause, resume
from shared.runtime.transaction import Transaction
from shared.web.errors import UserError

if TYPE_CHECKING:
    from shared.runtime.service import Service

Lanes = Annotated[list[str], Field(min_length=1, max_length=200)]
Because = Annotated[str, Field(min_length=5, max_length=500)]


class Pause(BaseModel):
    """Which lanes rest, why, and whether they were drained first."""

    lanes: Lanes
    because: Because
    drained: bool = False


class Resume(BaseModel):
    """Which lanes go on."""

    lanes: Lanes
    because: Annotated[str, Field(max_length=500)] = ""


def lanes_routes(service: "Service") -> APIRouter:
    """List, history, pause and resume."""
    router = APIRouter(prefix="/lanes")
    operator = allow(Role.NATIONAL_OPERATOR, local_key=True)

    @router.get("", dependencies=[operator])
    async def list_lanes(
        work: Transaction,
        lane: Annotated[list[str], Query(max_length=200)] = [],  # noqa: B006 - never changed
        every: bool = False,
    ) -> dict[str, Any]:
        """How lanes stand: those asked for, else those with something to say, or `every` one."""
        return await standing_of_lanes(work, service, asked=_known(service, lane), every=every)

    @router.get("/history", dependencies=[operator])
    async def read_history(
        work: Transaction,
        lane: str | None = None,
        leases: bool = False,
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    ) -> list[dict[str, Any]]:
        """What changed, the newest first; `leases`: with each change of hands between replicas."""
        asked = _known(service, [lane])[0] if lane else None
        return await history(work, lane=asked, with_leases=leases, at_most=limit)

    @router.post("/pause")
    async def pause_lanes(body: Pause, work: Transaction, session: Session = operator) -> dict[str, Any]:
        """Stop lanes: when this answers, nothing of them is applied any more. Their events wait at the broker."""
        asked = _known(service, body.lanes)
        paused = await pause(work, asked, because=body.because, by=who(session), is_drained=body.drained)
        return {"paused": paused, "already": sorted(set(asked) - set(paused))}

    @router.post("/resume")
    async def resume_lanes(body: Resume, work: Transaction, session: Session = operator) -> dict[str, Any]:
        """Let lanes go on, within about a second, with what waited first."""
        asked = _known(service, body.lanes)
        resumed = await resume(work, asked, because=body.because, by=who(session))
        return {"resumed": resumed, "already": sorted(set(asked) - set(resumed))}

    return router


def _known(service: "Service", lanes: list[str]) -> list[str]:
    codes = [lane.upper() for lane in lanes]
    if not set(codes) <= set(lanes_of(service)):
        raise UserError(
            "Ce service n’a pas cette file : donnez un code du COG, par exemple 64.",
            status=404,
            code="unknown_lane",
        )
    return codes


def who(session: Session) -> str:
    """Who made a change, for its record: a person's id, or the command line's key."""
    return str(session.person_id) if session.is_signed_in else "local key"

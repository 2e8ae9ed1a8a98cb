"""Health: alive says that the process answers; ready says that its own database is there and up to date.

The broker is not part of readiness: pages, writes and the outbox go on without it (architecture §4.9).
"""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from shared.database.migrate import newest_version
from shared.identity import anyone

if TYPE_CHECKING:
    from shared.runtime.service import Service


def health_routes(service: "Service") -> APIRouter:
    """`/health/live` and `/health/ready` of one service."""
    router = APIRouter(prefix="/health", include_in_schema=False, dependencies=[anyone()])

    @router.get("/live")
    async def live() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/ready")
    async def ready() -> Any:
        expected = newest_version(service.name)
        try:
            async with service.database.begin() as work:
                found = (await work.execute("select version_num from alembic_version")).scalar()
        except Exception as error:
            return JSONResponse({"status": "database unreachable", "error": type(error).__name__}, 503)
        if found != expected:
            return JSONResponse({"status": "migrations pending", "found": found, "expected": expected}, 503)
        return {"status": "ready", "service": service.name}

    return router

"""Health: alive says that the process answers; ready says that its own database is there and up to date.

The broker is not part of readiness: pages, writes and the outbox go on without it (architecture §4.9).
"""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from shared.database.version import newest_version
from shared.identity import anyone

if TYPE_CHECKING:
    from shared.runtime.service import Service

READY = "ready"


async def database_standing(service: "Service") -> str:
    """`ready`, or what the service's database lacks."""
    expected = newest_version(service.name)
    try:
        async with service.database.begin() as work:
            if not (await work.execute("select to_regclass('alembic_version')")).scalar():
                return "migrations pending: none was applied"
            found = (await work.execute("select version_num from alembic_version")).scalar()
    except Exception as error:
        return f"database unreachable: {type(error).__name__}"
    return READY if found == expected else f"migrations pending: {found} found, {expected} expected"


def health_routes(service: "Service") -> APIRouter:
    """`/health/live` and `/health/ready` of one service."""
    router = APIRouter(prefix="/health", include_in_schema=False, dependencies=[anyone()])

    @router.get("/live")
    async def live() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/ready")
    async def ready() -> Any:
        standing = await database_standing(service)
        return JSONResponse({"service": service.name, "status": standing}, 200 if standing == READY else 503)

    return router

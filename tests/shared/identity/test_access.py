"""What routes allow: a role counts in its own territory alone."""

from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from shared.identity import NOBODY, Role, Session, allow, anyone, signed_in
from shared.identity.who import LOCAL_KEY
from shared.web.errors import install_errors

TREASURER = Session(person_id=uuid4(), roles=frozenset({(Role.TREASURER, "64"), (Role.STEWARD, "2A")}))
NATIONAL = Session(person_id=uuid4(), roles=frozenset({(Role.NATIONAL_OPERATOR, "00")}))
SESSIONS = {"treasurer": TREASURER, "national": NATIONAL, "local": LOCAL_KEY}


class Sessions:
    async def session_of(self, token: str) -> Session:
        return SESSIONS.get(token, NOBODY)


@pytest.fixture
async def http():
    """An application with one route of each kind."""
    app = FastAPI()
    app.state.sessions = Sessions()
    install_errors(app, statuses={})

    async def done() -> str:
        return "done"

    app.get("/api/x/open", dependencies=[anyone()])(done)
    app.get("/api/x/own", dependencies=[signed_in()])(done)
    app.get("/api/x/{territory}/pay", dependencies=[allow(Role.TREASURER)])(done)
    app.get("/api/x/{territory}/see", dependencies=[allow(Role.STEWARD, local_key=True)])(done)
    app.get("/api/x/pay", dependencies=[allow(Role.TREASURER)])(done)
    app.get("/api/x/operate", dependencies=[allow(Role.NATIONAL_OPERATOR, local_key=True)])(done)
    app.get("/api/x/local", dependencies=[allow(local_key=True)])(done)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://milliard.test"
    ) as client:
        yield client


@pytest.mark.parametrize(("who", "path", "status"), [
    ("nobody", "open", 200), ("nobody", "own", 401), ("nobody", "64/pay", 401), ("nobody", "operate", 401),
    ("treasurer", "own", 200), ("treasurer", "64/pay", 200), ("treasurer", "75/pay", 403), ("treasurer", "pay", 403),
    ("treasurer", "00/pay", 403), ("treasurer", "64/see", 403), ("treasurer", "2A/see", 200),
    ("treasurer", "2a/see", 200), ("treasurer", "operate", 403), ("treasurer", "local", 403),
    ("national", "operate", 200), ("national", "64/pay", 403), ("national", "64/see", 403), ("national", "pay", 403),
    ("local", "open", 200), ("local", "own", 403), ("local", "64/pay", 403), ("local", "64/see", 200),
    ("local", "pay", 403), ("local", "operate", 200), ("local", "local", 200),
])  # fmt: skip
async def test_a_route_lets_in_whom_its_rule_names(http, who: str, path: str, status: int) -> None:
    """And nobody else: 401 for strangers, 403 for the others."""
    answer = await http.get(f"/api/x/{path}", headers={"Authorization": f"Bearer {who}"})
    assert answer.status_code == status

"""One service with something in it, the ids of what is there, and everybody who may call it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.runtime import Service
from shared.testing.harness import session_token

HERE = "64"

UNTRACKED = {"attempts", "alembic_version"}
"""Tables that a refused request may change: members counts what is asked, refused or not."""

Headers = Callable[[], dict[str, str]]


@dataclass
class Stage:
    """`known` are values that exist, by the name that paths, bodies and forms give them."""

    service: Service
    local_token: Callable[[], str]
    person: UUID = field(default_factory=uuid4)
    official: UUID = field(default_factory=uuid4)
    known: dict[str, Any] = field(default_factory=lambda: {"territory": HERE, "code": HERE})
    _contents: dict[str, str] | None = None

    def callers(self) -> dict[str, Headers]:
        """Headers of everybody, made anew for each request: sessions are short."""
        held = [("treasurer", HERE), ("steward", HERE), ("treasurer", "00"), ("national_operator", "00")]
        return {
            "nobody": dict,
            "a member": lambda: _bearer(session_token(self.person, roles=[("member", HERE)])),
            "an official": lambda: _bearer(session_token(self.official, roles=held)),
            "the local key": lambda: _bearer(self.local_token()),
        }

    async def contents(self) -> dict[str, str]:
        """A digest of each table, to see whether anything changed; kept until it is forgotten."""
        if self._contents is None:
            self._contents = await self._digests()
        return self._contents

    def forget_contents(self) -> None:
        """Something may have changed."""
        self._contents = None

    async def _digests(self) -> dict[str, str]:
        async with self.service.database.begin() as work:
            tables = await work.execute("select relname from pg_stat_user_tables order by 1")
            names = [name for name in tables.scalars() if name not in UNTRACKED]
            each = ", ".join(
                f"(select md5(string_agg(one::text, '' order by one::text)) from {name} one)"
                for name in names
            )
            return dict(zip(names, (await work.execute(f"select {each}")).one(), strict=True))

    def client(self) -> httpx.AsyncClient:
        """Sends requests into the application; a failure of it is raised here, with its own traceback."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.service.app), base_url=self.service.settings.public_url
        )


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}

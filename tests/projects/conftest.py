"""A service of projects on a fresh database, and who acts on it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.testing.harness import client_for
from tests.projects.stage import Stage


@pytest.fixture
async def stage(make_service: Any) -> AsyncIterator[Stage]:
    service = await make_service("projects")
    async with client_for(service) as http:
        yield Stage(service=service, http=http)

"""The operators' routes of a service, asked by the local key."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx
import jwt
import pytest

from shared.runtime import Service
from shared.testing import client_for
from shared.values.tokens import AUDIENCE, OPERATOR_ISSUER


@pytest.fixture
async def operator(operator_key) -> AsyncIterator[Callable[[Service], httpx.AsyncClient]]:
    """`operator(service)`: a client of its operations, with the local key's token."""
    now = int(time.time())
    claims = {"iss": OPERATOR_ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 60}
    token = jwt.encode(
        claims, operator_key[0].read_text(), algorithm="EdDSA", headers={"kid": OPERATOR_ISSUER}
    )
    async with AsyncExitStack() as stack:

        def make(service: Service) -> httpx.AsyncClient:
            client = client_for(service)
            client.headers["Authorization"] = f"Bearer {token}"
            client.base_url = httpx.URL(f"{client.base_url}/api/{service.name}/operations/")
            stack.push_async_callback(client.aclose)
            return client

        yield make

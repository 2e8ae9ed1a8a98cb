"""Services with something in them, whose hourly limits are too high to hide anything."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shared.client import Platform
from tests.http.seeds import sow
from tests.http.stage import Stage

WITHOUT_LIMITS: dict[str, dict[str, Any]] = {
    "pledges": {"pledges_per_hour": 10**9, "survey_responses_per_hour": 10**9},
    "members": {"letters_per_address_per_hour": 10**9, "forms_per_client_per_hour": 10**9},
}


@pytest.fixture
async def stage_of(make_service, operator_key, tmp_path) -> Callable[[str], Awaitable[Stage]]:
    """`await stage_of("ledger")`: the real service on its own database, sown."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "operator.key").write_bytes(operator_key[0].read_bytes())
    local_key = Platform(facts={}, home=tmp_path)

    async def make(name: str) -> Stage:
        service = await make_service(name, **WITHOUT_LIMITS.get(name, {}))
        stage = Stage(service, local_token=local_key.local_token)
        await sow(stage)
        return stage

    return make

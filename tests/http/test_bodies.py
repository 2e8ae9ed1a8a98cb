"""Bodies that are no JSON, too much JSON, or JSON that no schema would make, sent to every operation that takes one."""

from typing import Any

import httpx
import pytest

from shared.events.catalog import SERVICES
from tests.architecture.routes import routes_of
from tests.http.answers import ask
from tests.http.stage import HERE

BODIES = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a number": b"9" * 5000,
    "not a number": b'{"amount_minor": NaN, "basis_points": Infinity}',
    "cut": b'{"amount_minor": 12',
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "Camille"}'.encode("utf-16"),
    "a lone surrogate": rb'{"email": "\ud800@exemple.fr", "name": "\udfff", "territory": "64", "title": "\ud800"}',
    "a null character": rb'{"email": "a\u0000@exemple.fr", "name": "a\u0000", "territory": "64", "title": "\u0000"}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"name":' * 50_000,
    "a name twice": b'{"amount_minor": 1, "amount_minor": "1", "territory": "64"}',
    "many names": b"{" + b",".join(b'"n%d":0' % number for number in range(20_000)) + b"}",
    "no JSON": b"<Document/>",
}
SENT = [(what, "application/json") for what in BODIES]
SENT += [
    ("no JSON", "multipart/form-data; boundary=x"),
    ("no JSON", "multipart/form-data"),
    ("cut", "text/plain"),
]


@pytest.mark.parametrize("name", SERVICES)
async def test_a_body_that_nobody_can_use_is_a_problem_in_french(stage_of: Any, name: str) -> None:
    """Whatever it says that it is."""
    stage = await stage_of(name)
    wrong: dict[str, str] = {}
    async with stage.client() as http:
        for route in routes_of(stage.service):
            if not route.path.startswith("/api/") or route.method == "GET":
                continue
            for what, kind in SENT:
                url = stage.service.settings.public_url + route.url(territory=HERE)
                headers = {"Content-Type": kind, **stage.callers()["an official"]()}
                request = httpx.Request(route.method, url, content=BODIES[what], headers=headers)
                if said := (await ask(stage, http, request))[1]:
                    wrong.setdefault(f"{route.name}: {said}", f"{what} as {kind}")
    assert not wrong, "\n".join(f"{what} ({example})" for what, example in sorted(wrong.items()))

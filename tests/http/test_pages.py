"""Every page and form, opened and sent by everybody with anything: a page in French, and nothing half-done."""

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.events.catalog import SERVICES
from tests.architecture.routes import Route, routes_of
from tests.fuzzing import DEPTH
from tests.http.answers import ask
from tests.http.plausible import NASTY, PLAUSIBLE
from tests.http.stage import Stage

EXAMPLES = 5
"""Of each page, for each caller: the first is sent as a person would fill it."""

CHECKOUT = Path(__file__).parents[2]
FIELD = re.compile(r"""(?:name=|forms\.\w+\()["'](\w+)["']""")
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
ODD = [
    "",
    " ",
    "\0",
    "64",
    "00",
    "2a",
    "../..",
    "%00",
    "1" * 500,
    "é" * 900,
    "<script>",
    "9999-12-31",
    "-1",
    "1e9",
    "٣",
    "\u202e",
]


def fields_of(service: str) -> list[str]:
    """The names that the service's templates give to fields, and some that they do not."""
    templates = (CHECKOUT / "services" / service / "templates").rglob("*.html")
    found = {name for template in templates for name in FIELD.findall(template.read_text(encoding="utf-8"))}
    return sorted(
        found
        | set(PLAUSIBLE)
        | {"key", "suite", "jeton", "order_hash", "person_id", "organisation_id"}
        | {"epargne_formes", "epargne_montant"}
    )


@pytest.mark.parametrize("name", SERVICES)
async def test_any_form_gets_a_page_in_french(stage_of: Any, name: str) -> None:
    """No failure; what is refused has changed nothing."""
    stage = await stage_of(name)
    chance = random.Random(name if DEPTH == 1 else None)
    wrong: dict[str, str] = {}
    answered: Counter[int] = Counter()
    async with stage.client() as http:
        for route in routes_of(stage.service):
            if route.path.startswith("/api/"):
                continue
            for caller, headers in stage.callers().items():
                for number in range(EXAMPLES * DEPTH):
                    request = _request(stage, route, fields_of(name), chance=chance, is_good=number == 0)
                    request.headers.update(headers())
                    answer, said = await ask(stage, http, request)
                    answered[answer.status_code] += 1
                    if said or (said := _page_complaint(answer)):
                        wrong.setdefault(f"{route.name}: {said}", f"{caller} {request.url} {_shown(request)}")
    assert not wrong, "\n".join(f"{what} ({example})" for what, example in sorted(wrong.items()))
    assert answered[200] > 0, "nobody got in"


def _request(
    stage: Stage, route: Route, fields: list[str], *, chance: random.Random, is_good: bool
) -> httpx.Request:
    """A page's address with known or odd parts; a form with known, plausible or odd values, in any encoding."""
    values = PLAUSIBLE | stage.known

    def part(found: re.Match[str]) -> str:
        good = is_good or chance.random() < 0.8
        return (
            str(values[found[1]])
            if good and found[1] in values
            else chance.choice(["64", "zz", "%00", "a%2Fb", "é", "9" * 40])
        )

    address = re.sub(r"\{(\w+)(?::\w+)?\}", part, route.path)
    query = {chance.choice(fields): _value(chance) for _ in range(0 if is_good else chance.randrange(3))}
    url = httpx.URL(stage.service.settings.public_url + address, params=query or None)
    if route.method == "GET":
        return httpx.Request("GET", url, headers=SAME_ORIGIN)
    form = {
        name: str(values[name]) if name in values and (is_good or chance.random() < 0.6) else _value(chance)
        for name in fields
        if is_good or chance.random() < 0.8
    }
    sent = (
        "urlencoded"
        if is_good
        else chance.choice(["urlencoded", "urlencoded", "multipart", "file", "broken", "bytes"])
    )
    return httpx.Request(
        route.method,
        url,
        headers=SAME_ORIGIN | _headers(sent),
        **_body(stage, form, sent=sent, chance=chance),
    )


def _value(chance: random.Random) -> str:
    return str(chance.choice(ODD + NASTY))


def _headers(sent: str) -> dict[str, str]:
    if sent == "broken":
        return {"Content-Type": "multipart/form-data"}
    return {"Content-Type": "application/x-www-form-urlencoded; charset=nonsense"} if sent == "bytes" else {}


def _body(stage: Stage, form: dict[str, str], *, sent: str, chance: random.Random) -> dict[str, Any]:
    if sent == "urlencoded":
        return {"data": form}
    if sent == "multipart":
        return {"data": form, "files": {"nothing": b""}}
    if sent == "file":
        content = (
            stage.known.get("bank_file", b"<Document/>") if chance.random() < 0.5 else chance.randbytes(200)
        )
        return {
            "data": form,
            "files": [("file", (_value(chance)[:200], content)) for _ in range(chance.randrange(1, 3))],
        }
    return {"content": chance.randbytes(100) + b"=&%ff%00=%zz&a=%ed%a0%80"}


def _page_complaint(answer: httpx.Response) -> str | None:
    """Refusals of pages are pages."""
    if answer.status_code < 400 or answer.request.url.path.startswith(("/health/", "/static/")):
        return None
    return (
        None if '<html lang="fr">' in answer.text else f"{answer.status_code} is no page: {answer.text[:200]}"
    )


def _shown(request: httpx.Request) -> str:
    return repr(request.read()[:300])

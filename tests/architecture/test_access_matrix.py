"""Every route, tried by everybody in their own and in another territory, answers as its one rule says."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import httpx
import pytest

from shared.client import Platform
from shared.events.members import RoleGranted
from shared.identity import Role, Session
from shared.identity.access import Access
from shared.identity.who import LOCAL_KEY, NOBODY
from shared.runtime import Service
from shared.testing.harness import client_for, hear, session_token
from shared.values import NATIONAL, new_id
from tests.architecture.routes import Route, routes_of

SERVICES = ("members", "pledges", "projects", "notifications", "ledger")
HERE, ELSEWHERE = "64", "33"

WITHOUT_RULE = {
    "GET /static/{digest}/{name}": "the style sheet and the script hold nothing about anybody",
    **{f"GET /api/{name}/openapi.json": "the description of a public API is public" for name in SERVICES},
}
"""The only routes that need no rule, each with its reason."""

NEVER_ENDS = {
    "GET /api/ledger/progress/events": "the stream that the public page follows; a journey reads it"
}
"""Routes whose answer has no end, so that this client would wait for ever; all are public."""

ASKS_MORE = dict.fromkeys(
    (
        "DELETE /api/members/grants/{grant_id}",
        "POST /membres/roles",
        "POST /membres/roles/{grant_id}/confirmation",
        "POST /membres/roles/{grant_id}/retrait",
    ),
    "operator_needed",
)
"""Routes that let in by their rule and then refuse with 403 and this code: members reads the grant itself, in the
same transaction, whatever the session says, and the operators of this test were never granted anything."""


@dataclass(frozen=True)
class Caller:
    """Somebody who tries."""

    name: str
    session: Session

    def grants(self) -> Iterator[RoleGranted]:
        """What members would have said: where money moves, a role is read again from a service's projection."""
        for role, place in self.session.roles:
            assert self.session.person_id is not None
            yield RoleGranted(
                territory=place, person_id=self.session.person_id, role=role.value, grant_id=new_id()
            )

    def headers(self, *, local_token: str) -> dict[str, str]:
        if self.session.is_local_key:
            return {"Authorization": f"Bearer {local_token}"}
        if self.session.person_id is None:
            return {}
        held = [(role.value, territory) for role, territory in self.session.roles]
        return {"Authorization": f"Bearer {session_token(self.session.person_id, held)}"}


def callers() -> Iterator[Caller]:
    """Nobody, the local key, and each role in each place, the national one among them."""
    yield Caller("nobody", NOBODY)
    yield Caller("the local key", LOCAL_KEY)
    yield Caller("a person without a role", Session(person_id=new_id()))
    for role, place in product(Role, (HERE, ELSEWHERE, NATIONAL)):
        yield Caller(f"{role}@{place}", Session(person_id=new_id(), roles=frozenset({(role, place)})))


def expected_refusal(rule: Access, route: Route, caller: Caller) -> int | None:
    """401, 403 or None (let in): written from the architecture's words, not from the rule's own code."""
    if rule.is_public:
        return None
    if caller.session.is_local_key:
        return None if rule.local_key else 403
    if caller.session.person_id is None:
        return 401
    only_signed_in = not rule.roles and not rule.local_key
    place = HERE if route.is_territorial else NATIONAL
    return (
        None if only_signed_in or any((role, place) in caller.session.roles for role in rule.roles) else 403
    )


@pytest.mark.parametrize("name", SERVICES)
async def test_every_route_declares_exactly_one_rule(make_service: Any, name: str) -> None:
    """A route without a rule is a hole, a route with two is a riddle."""
    routes = routes_of(await make_service(name))
    assert len(routes) > 5, "the walk over the routes found too few"
    assert {route.name: len(route.rules) for route in routes if len(route.rules) != 1} == {
        route.name: 0 for route in routes if route.name in WITHOUT_RULE
    }


@pytest.mark.parametrize("name", SERVICES)
async def test_every_route_answers_everybody_as_its_rule_says(
    make_service: Any, homes: Any, operator_key: Any, name: str
) -> None:
    """Refused is 401 for nobody and 403 for others; let in is any other answer, and never a failure."""
    service = await make_service(name)
    local_token = _local_token(homes[0], operator_key[0])
    everybody = list(callers())
    await hear(service, [granted for caller in everybody for granted in caller.grants()])
    wrong: list[str] = []
    async with client_for(service) as http:
        for route in routes_of(service):
            if not route.rules or route.name in NEVER_ENDS:
                continue
            for caller in everybody:
                answer = await _call(http, route, caller.headers(local_token=local_token))
                if complaint := _complaint(route, caller, answer):
                    wrong.append(f"{route.name} by {caller.name}: {complaint}")
    assert wrong == []


def test_what_is_listed_as_special_exists(special_routes: set[str]) -> None:
    """An exception of this test that names no route any more is taken out."""
    assert {*WITHOUT_RULE, *NEVER_ENDS, *ASKS_MORE} <= special_routes


@pytest.fixture
async def special_routes(make_service: Any) -> set[str]:
    services: list[Service] = [await make_service(name) for name in SERVICES]
    return {route.name for service in services for route in routes_of(service)}


async def _call(http: httpx.AsyncClient, route: Route, headers: dict[str, str]) -> httpx.Response:
    """Pages are sent an empty form, the API an empty object: enough to be let in or refused."""
    body: dict[str, Any] = {}
    if route.method in ("POST", "PUT", "PATCH"):
        body = {"json": {}} if route.path.startswith("/api/") else {"data": {"nothing": ""}}
    url = route.url(territory=HERE)
    return await http.request(route.method, url, headers={"Accept": "application/json"} | headers, **body)


def _complaint(route: Route, caller: Caller, answer: httpx.Response) -> str | None:
    """What is wrong with an answer, or None."""
    expected = expected_refusal(route.rules[0], route, caller)
    status, code = answer.status_code, _code(answer)
    if expected is not None:
        return None if status == expected else f"{status} instead of {expected}"
    if status == 403 and ASKS_MORE.get(route.name) == code:
        return None
    return f"{status} {code} though the rule lets in" if status in (401, 403) or status >= 500 else None


def _code(answer: httpx.Response) -> str:
    return (
        str(answer.json().get("code", "")) if "problem+json" in answer.headers.get("content-type", "") else ""
    )


def _local_token(home: Any, key: Any) -> str:
    keys = home / "keys"
    keys.mkdir(exist_ok=True)
    (keys / "operator.key").write_bytes(key.read_bytes())
    return Platform(facts={}, home=home).local_token()

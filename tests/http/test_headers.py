"""Headers that no honest client sends: sessions, addresses, origins and languages out of nowhere."""

import base64
import json
from typing import Any

import httpx
import pytest
from hypothesis import strategies as st

from shared.events.catalog import SERVICES
from shared.testing import session_token
from tests.fuzzing import some
from tests.http.answers import ask
from tests.http.stage import HERE

NAMES = [
    "Authorization", "Cookie", "Accept", "Accept-Language", "X-Forwarded-For", "X-Forwarded-Proto", "Host", "Origin",
    "Sec-Fetch-Site", "Content-Type", "Idempotency-Key", "If-None-Match", "Range", "traceparent",
    "Referer", "Forwarded",
]  # fmt: skip


def _token(header: Any, claims: Any) -> bytes:
    """A token of these parts, signed by nobody."""
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims))
    return b".".join([*parts, b"c2lnbmF0dXJl"])


HEADS: list[Any] = [
    [], None, {}, {"alg": "none"}, {"alg": "HS256", "kid": "test-key"}, {"alg": "EdDSA", "kid": "milliard-local-key"},
    {"alg": "EdDSA", "kid": "test-key", "crit": ["b64"]},
    *({"alg": "EdDSA", "kid": kid} for kid in (7, "a" * 9999, "a\0b", "test-key")),
]  # fmt: skip
TOKENS = [_token(head, {"sub": "nobody", "exp": exp}) for head in HEADS for exp in (1, "never", 10**30)]
ODD_VALUES = [
    b"", b"Bearer", b"Bearer ", b"null", b"http://[", b"//", b"bytes=0-,-9", b"*/*;q=a",
    b"application/json", b"x" * 9000,
]  # fmt: skip
ODD = st.one_of(
    st.binary(max_size=40).map(lambda value: value.replace(b"\r", b"").replace(b"\n", b"")),
    st.sampled_from(ODD_VALUES),
    st.sampled_from(TOKENS).map(lambda token: b"Bearer " + token),
    st.sampled_from(TOKENS).map(lambda token: b"milliard_session=" + token + b"; milliard_refresh=\xff"),
)
HEADERS = st.dictionaries(st.sampled_from([name.encode() for name in NAMES]), ODD, min_size=1, max_size=4)
REQUESTS = {
    "members": ("/moi", "/api/members/me", "/api/members/sign-in-links", "/connexion"),
    "pledges": ("/promettre", "/enquete", "/banque", "/api/pledges/pledges", "/api/pledges/statements"),
    "projects": ("/projets", "/besoins", "/api/projects/organisations", "/api/projects/mine"),
    "notifications": ("/api/notifications/letters", "/api/notifications/operations/status"),
    "ledger": ("/", f"/comptes/{HERE}/versements", "/api/ledger/progress", "/api/ledger/policies"),
}


@pytest.mark.parametrize("name", SERVICES)
async def test_odd_headers_are_refused_or_ignored(stage_of: Any, name: str) -> None:
    """Never a failure, and never a session out of a token that we did not sign."""
    stage = await stage_of(name)
    wrong: dict[str, str] = {}
    async with stage.client() as http:
        for number, headers in enumerate(some(HEADERS, 60)):
            path = REQUESTS[name][number % len(REQUESTS[name])]
            for method, content in (("GET", b""), ("POST", b'{"email": 1}')):
                request = httpx.Request(
                    method, stage.service.settings.public_url + path, headers=headers, content=content
                )
                if said := (await ask(stage, http, request))[1]:
                    wrong.setdefault(f"{method} {path}: {said}", repr(headers)[:400])
    assert not wrong, "\n".join(f"{what} ({example})" for what, example in sorted(wrong.items()))


async def test_a_token_that_we_did_not_sign_opens_nothing(stage_of: Any) -> None:
    """The same request with a token of ours is let in."""
    stage = await stage_of("projects")
    async with stage.client() as http:
        for token in [*TOKENS, session_token(stage.person).encode()[:-8] + b"AAAAAAAA"]:
            answer = await http.get("/api/projects/mine", headers={"Authorization": b"Bearer " + token})
            assert answer.status_code == 401, token
        answer = await http.get(
            "/api/projects/mine", headers={"Authorization": f"Bearer {session_token(stage.person)}"}
        )
        assert answer.status_code == 200

"""Somebody who uses the platform as everybody does: by its public address, and by reading their mail."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

_TOKEN = re.compile(r"[?&]jeton=([\w.~-]+)")
MAIL_SECONDS = 30.0
CATCH_UP_SECONDS = 30.0
RENEW_SECONDS = 60.0
"""A session is renewed when it has less left than this: no request is sent with one that ends on the way."""


class Refused(Exception):
    """The platform refused; the message is its own sentence."""

    def __init__(self, answer: httpx.Response) -> None:
        is_problem = "json" in answer.headers.get("content-type", "")
        problem: dict[str, Any] = answer.json() if is_problem else {"detail": answer.text[:300]}
        self.status = answer.status_code
        self.code = str(problem.get("code", ""))
        self.detail = str(problem.get("detail", ""))
        super().__init__(f"{answer.request.method} {answer.request.url.path} → {self.status}: {self.detail}")


class Visitor:
    """One person with one mailbox. Signed in, it sends its session with each request."""

    def __init__(self, *, public_url: str, mail_url: str, email: str, name: str = "") -> None:
        self.email = email
        self.name = name
        self._http = httpx.Client(base_url=public_url, timeout=30)
        self._mails = httpx.Client(base_url=mail_url, timeout=10)
        self._refresh = ""
        self._renew_at = float("inf")

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self._mails.close()

    @property
    def session(self) -> str:
        """The session that is open, as a browser keeps it in its cookie."""
        self._keep_session()
        return str(self._http.headers.get("Authorization", "")).removeprefix("Bearer ")

    def get(self, path: str, **request: Any) -> Any:
        """GET JSON. Raises Refused."""
        return self._answer(self.request("GET", path, **request))

    def post(self, path: str, **body: Any) -> Any:
        """POST a JSON body. Raises Refused."""
        return self._answer(self.request("POST", path, json=body))

    def request(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Any request, answered as it is; redirects are not followed."""
        self._keep_session()
        return self._http.request(method, path, **request)

    def post_when_known(self, path: str, *, seconds: float = CATCH_UP_SECONDS, **body: Any) -> Any:
        """POST what another service may not have heard of yet: refusals are tried again for a while."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self.post(path, **body)
            except Refused as refusal:
                if refusal.status not in (401, 403, 404, 409) or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    @contextmanager
    def stream(self, path: str) -> Iterator[Iterator[dict[str, Any]]]:
        """The data of server-sent events, as they come, for as long as the block lasts."""
        with self._http.stream("GET", path) as answer:
            lines = answer.iter_lines()
            yield (json.loads(line.removeprefix("data:")) for line in lines if line.startswith("data:"))

    def join(self, *, territory: str) -> None:
        """Become a member: the form, the mail, the link."""
        self.post(
            "/api/members/memberships",
            email=self.email,
            name=self.name,
            territory=territory,
            kind="personne",
            consent=True,
        )
        self.post("/api/members/memberships/confirmations", token=self.mailed_token("/rejoindre/confirmer"))

    def sign_in(self) -> None:
        """Ask for a link, follow it, keep the session. Raises Refused, or TimeoutError when no mail comes."""
        before = self._newest_mail()
        self.post("/api/members/sign-in-links", email=self.email)
        token = self.mailed_token("/connexion/lien", after=before)
        self._use(self.post("/api/members/sessions", token=token))

    def mailed_token(self, path: str, *, after: str | None = None) -> str:
        """The token of the newest link to `path` in the mailbox, newer than mail `after`; waits for it."""
        found = _TOKEN.search(self.mail_with(path, after=after)["Text"])
        assert found is not None, f"the link to {path} has no token"
        return found.group(1)

    def mail_with(self, words: str, *, after: str | None = None) -> dict[str, Any]:
        """The newest mail whose subject or text has these words, newer than mail `after`; waits for it."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for summary in self._summaries():
                if summary["ID"] == after:
                    break
                mail = self._mail(f"/api/v1/message/{summary['ID']}")
                if words in mail["Subject"] or words in mail["Text"]:
                    return mail
            time.sleep(0.05)
        raise TimeoutError(f"no mail with « {words} » came to {self.email} within {MAIL_SECONDS} s")

    def subjects(self) -> list[str]:
        """The subjects of the mailbox, the newest first."""
        return [summary["Subject"] for summary in self._summaries()]

    def _use(self, opened: dict[str, Any]) -> None:
        self._http.headers["Authorization"] = f"Bearer {opened['session']}"
        self._refresh = opened["refresh"]
        self._renew_at = time.monotonic() + opened["expires_in"] - RENEW_SECONDS

    def _keep_session(self) -> None:
        if time.monotonic() > self._renew_at:
            renewed = self._http.post("/api/members/sessions/refresh", json={"refresh": self._refresh})
            self._use(self._answer(renewed))

    def _newest_mail(self) -> str | None:
        return next((summary["ID"] for summary in self._summaries()), None)

    def _summaries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._mail("/api/v1/search", query=f'to:"{self.email}"')["messages"]
        return found

    def _mail(self, path: str, **query: str) -> dict[str, Any]:
        """What the mail catcher says: our own, or Mailpit, whose API it has."""
        found: dict[str, Any] = self._mails.get(path, params=query).raise_for_status().json()
        return found

    def _answer(self, answer: httpx.Response) -> Any:
        if answer.is_error:
            raise Refused(answer)
        return answer.json() if answer.content else None

"""Somebody who uses the platform as everybody does: by its public address, and by reading their mail."""

import re
import time
from typing import Any

import httpx

_TOKEN = re.compile(r"[?&]jeton=([\w.~-]+)")
MAIL_SECONDS = 30.0
CATCH_UP_SECONDS = 30.0


class Refused(Exception):
    """The platform refused; the message is its own sentence."""

    def __init__(self, answer: httpx.Response) -> None:
        detail = (
            answer.json().get("detail")
            if "json" in answer.headers.get("content-type", "")
            else answer.text[:300]
        )
        super().__init__(
            f"{answer.request.method} {answer.request.url.path} → {answer.status_code}: {detail}"
        )
        self.status = answer.status_code


class Visitor:
    """One person with one mailbox. Signed in, it sends its session with each request."""

    def __init__(self, *, public_url: str, mail_url: str, email: str, name: str = "") -> None:
        self.email = email
        self.name = name
        self._http = httpx.Client(base_url=public_url, timeout=30)
        self._mails = httpx.Client(base_url=mail_url, timeout=10)

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self._mails.close()

    def get(self, path: str, **request: Any) -> Any:
        return self._answer(self._http.get(path, **request))

    def post(self, path: str, **body: Any) -> Any:
        """POST a JSON body. Raises Refused."""
        return self._answer(self._http.post(path, json=body))

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
        self.renew(self.post("/api/members/sessions", token=token))

    def renew(self, opened: dict[str, Any]) -> None:
        """Use a session that was just opened."""
        self._http.headers["Authorization"] = f"Bearer {opened['session']}"

    def mailed_token(self, path: str, *, after: str | None = None) -> str:
        """The token of the newest link to `path` in the mailbox, newer than mail `after`; waits for it."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for summary in self._summaries():
                if summary["id"] == after:
                    break
                mail = self._mails.get(f"/api/messages/{summary['id']}").raise_for_status().json()
                text = mail["text"] or ""
                if path in text and (found := _TOKEN.search(text)):
                    return found.group(1)
            time.sleep(0.05)
        raise TimeoutError(f"no mail with a link to {path} came to {self.email} within {MAIL_SECONDS} s")

    def subjects(self) -> list[str]:
        """The subjects of the mailbox, the newest first."""
        return [summary["subject"] for summary in self._summaries()]

    def _newest_mail(self) -> str | None:
        return next((summary["id"] for summary in self._summaries()), None)

    def _summaries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (
            self._mails.get("/api/messages", params={"to": self.email}).raise_for_status().json()
        )
        return found

    def _answer(self, answer: httpx.Response) -> Any:
        if answer.is_error:
            raise Refused(answer)
        return answer.json() if answer.content else None

"""What every answer must be, whoever asked whatever."""

import httpx

from tests.http.stage import Stage

REFUSED_AND_CHANGED = {
    ("POST", "/banque"): "each file is whole or not at all; those beside a refused one stay",
    ("POST", "/api/members/sessions/refresh"): "a token that comes back ends its whole family",
    ("POST", "/connexion/renouveler"): "a token that comes back ends its whole family",
}
"""Requests that change something although their answer is a refusal, each with its reason."""


def complaint(answer: httpx.Response, *, changed: list[str]) -> str | None:
    """What is wrong with an answer, or None."""
    status, text = answer.status_code, answer.text
    if status >= 500 and not (status == 503 and answer.request.url.path == "/health/ready"):
        return f"fails with {status}"
    if "Traceback (most recent" in text or "sqlalchemy" in text.lower():
        return "shows its inside"
    if status < 400:
        return None
    if changed and (answer.request.method, answer.request.url.path) not in REFUSED_AND_CHANGED:
        return f"refuses with {status} and changes {', '.join(changed)}"
    if answer.request.url.path.startswith("/api/"):
        return _problem_complaint(answer)
    return None


def _problem_complaint(answer: httpx.Response) -> str | None:
    """Problem details (RFC 9457), in French."""
    if answer.headers.get("content-type") != "application/problem+json":
        return f"{answer.status_code} is no problem document: {answer.text[:200]}"
    problem = answer.json()
    missing = {"type", "title", "status", "detail", "code"} - problem.keys()
    if missing:
        return f"problem without {', '.join(sorted(missing))}"
    if problem["status"] != answer.status_code:
        return "problem of another status"
    if not str(problem["detail"]).endswith((".", "!", "?")) or _is_english(problem["detail"]):
        return f"says « {problem['detail']} »"
    return None


def _is_english(sentence: str) -> bool:
    return any(
        word in f" {sentence.lower()} " for word in (" the ", " error", " invalid ", " missing ", " not ")
    )


async def ask(
    stage: Stage, http: httpx.AsyncClient, request: httpx.Request
) -> tuple[httpx.Response, str | None]:
    """Send a request; the answer and what is wrong with it. A failure of the application is what is wrong."""
    reads = request.method in ("GET", "HEAD")
    before = {} if reads else await stage.contents()
    try:
        answer = await http.send(request)
    except Exception as error:
        origin = getattr(error, "orig", None) or error
        stage.forget_contents()
        return httpx.Response(500, request=request), f"raises {type(origin).__name__}: {str(origin)[:200]}"
    if not reads:
        stage.forget_contents()
    if reads or answer.status_code < 400:
        return answer, complaint(answer, changed=[])
    after = await stage.contents()
    return answer, complaint(answer, changed=[name for name in after if after[name] != before[name]])

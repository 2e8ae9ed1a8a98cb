"""Tells people what went wrong, in French: a page for a browser, problem details (RFC 9457) for a program.

Operations raise `UserError`; the pure domain raises its own named errors, which a service maps to
statuses in `install_errors(app, statuses={PledgeAlreadyPaid: 409})`. Input is never echoed: it may be
personal.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared.web.database_away import RETRY_AFTER_SECONDS, is_away
from shared.web.layout import templates_for
from shared.web.messages import FIELD_MESSAGES, TITLES, UNKNOWN_FIELD_MESSAGE, sentence_for
from shared.web.problems import document_problems
from shared.web.unfit_values import MESSAGE, is_unfit

log = structlog.get_logger(__name__)
templates = templates_for("shared.web")


class UserError(Exception):
    """Something the person can act on: `message` is one French sentence, `code` is for programs."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str = "refused",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


def install_errors(app: FastAPI, *, statuses: Mapping[type[Exception], int] | None = None) -> None:
    """Answers every error of `app` in French; `statuses` gives the domain's errors their HTTP status."""
    known = dict(statuses or {})

    async def answer_user_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, UserError)
        return error_response(
            request, status=error.status, code=error.code, message=error.message, headers=error.headers
        )

    async def answer_http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # the framework's own, in English: ours are UserErrors
        message, headers = sentence_for(error.status_code), dict(error.headers or {})
        return error_response(request, status=error.status_code, message=message, headers=headers)

    async def answer_invalid_request(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        fields = [
            {
                "field": ".".join(str(part) for part in problem["loc"][1:]),
                "message": FIELD_MESSAGES.get(problem["type"], UNKNOWN_FIELD_MESSAGE),
            }
            for problem in error.errors()
        ]
        return error_response(request, status=422, message=sentence_for(422), errors=fields)

    async def answer_domain_error(request: Request, error: Exception) -> Response:
        status = next(known[kind] for kind in type(error).__mro__ if kind in known)
        return error_response(
            request, status=status, code=_snake_case(type(error).__name__), message=str(error)
        )

    async def answer_database_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, DBAPIError)
        if not is_unfit(error):
            return await answer_unexpected_error(request, error)
        log.warning("value_refused_by_database", route=_route(request), error=type(error.orig).__name__)
        return error_response(request, status=422, code="unfit_value", message=MESSAGE)

    async def answer_unexpected_error(request: Request, error: Exception) -> Response:
        if is_away(error):
            log.warning("database_away", route=_route(request), error=type(error).__name__)
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return error_response(request, status=503, message=sentence_for(503), headers=headers)
        log.error("request_failed", route=_route(request), error=type(error).__name__)
        return error_response(request, status=500, message=sentence_for(500))

    app.add_exception_handler(UserError, answer_user_error)
    app.add_exception_handler(HTTPException, answer_http_error)
    app.add_exception_handler(RequestValidationError, answer_invalid_request)
    app.add_exception_handler(DBAPIError, answer_database_error)
    app.add_exception_handler(ConnectionError, answer_unexpected_error)
    app.add_exception_handler(PoolTimeout, answer_unexpected_error)
    for kind in known:
        app.add_exception_handler(kind, answer_domain_error)
    app.add_exception_handler(Exception, answer_unexpected_error)
    document_problems(app)


def error_response(
    request: Request,
    *,
    status: int,
    message: str,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
    **extensions: Any,
) -> Response:
    """The error as a page or as problem details, whichever this request understands."""
    title = TITLES.get(status, "Demande refusée")
    headers = {**(headers or {}), "Cache-Control": "no-store"}
    if status == 401:
        headers.setdefault("WWW-Authenticate", "Bearer")
    if wants_problem_details(request):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": message}
        problem |= {"code": code or _snake_case(HTTPStatus(status).name), **extensions}
        return JSONResponse(
            problem, status_code=status, headers=headers, media_type="application/problem+json"
        )
    return templates.render(
        request,
        "pages/error.html",
        status_code=status,
        headers=headers,
        status=status,
        title=title,
        message=message,
        fields=extensions.get("errors", []),
        sign_in_url=f"/connexion?suite={quote(_return_path(request))}" if status == 401 else None,
    )


def wants_problem_details(request: Request) -> bool:
    """Programs: anything under `/api/`, or an Accept header that names JSON and no HTML."""
    accept = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or ("json" in accept and "text/html" not in accept)


def _route(request: Request) -> str:
    """The route that was asked for, `/recus/{receipt_id}`: ids in an address may open personal data, and logs are kept.

    Empty where the request came to no route. The names stand where the values stood: a route alone does not know the
    prefixes that it was included under.
    """
    if "route" not in request.scope:
        return ""
    names = {str(value): f"{{{name}}}" for name, value in request.path_params.items()}
    return "/".join(names.get(part, part) for part in str(request.scope["path"]).split("/"))


def _return_path(request: Request) -> str:
    if request.method != "GET":
        return request.url.path
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()

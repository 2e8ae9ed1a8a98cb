"""Security headers on every answer, and a refusal of writes that another site triggers.

Pure ASGI: Starlette's `BaseHTTPMiddleware` buffers and would hold back server-sent events.
Pages carry no inline script or style, so the policy allows this origin only.
"""

from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.errors import error_response

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Paths whose answers other sites may show: the badge.
EMBEDDABLE_PREFIXES = ("/badge",)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; manifest-src 'self'; frame-ancestors "
)
REFUSAL = (
    "Cet envoi vient d’un autre site que l’opération Milliard, nous l’avons refusé pour vous protéger. "
    "Ouvrez la page depuis notre adresse et recommencez."
)


def install_security(app: FastAPI, *, public_url: str | None = None) -> None:
    """Protects `app`; `public_url` is the address that browsers see, when the gateway changes the Host."""
    app.add_middleware(CrossOriginProtection, public_url=public_url)
    app.add_middleware(SecurityHeaders, https=(public_url or "").startswith("https://"))


class SecurityHeaders:
    """Sets the browser's guards: content policy, no sniffing, no framing, no referrer to other sites."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self.app = app
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        embeddable = scope["path"].startswith(EMBEDDABLE_PREFIXES)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY + ("*" if embeddable else "'none'")
                headers["Cross-Origin-Resource-Policy"] = "cross-origin" if embeddable else "same-origin"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
                if self.https:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        await self.app(scope, receive, send_guarded)


class CrossOriginProtection:
    """Refuses unsafe methods that a browser sends on behalf of another origin (CSRF).

    The rule is Go 1.25's `http.CrossOriginProtection`: `Sec-Fetch-Site` decides when the browser sends it,
    else `Origin` must be ours; with neither, it is no browser. A bearer token cannot be sent by a foreign
    page without a preflight, so it passes.
    """

    def __init__(self, app: ASGIApp, *, public_url: str | None = None) -> None:
        self.app = app
        self.public_host = urlsplit(public_url).netloc if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or self.trusts(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        refuse = error_response(Request(scope), status=403, code="cross_origin_request", message=REFUSAL)
        await refuse(scope, receive, send)

    def trusts(self, headers: Headers) -> bool:
        """Whether these headers show our own page, or no browser at all."""
        if headers.get("authorization", "").lower().startswith("bearer "):
            return True
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is None:
            return True
        return urlsplit(origin).netloc.lower() in {headers.get("host", "").lower(), self.public_host} - {
            "",
            None,
        }

"""The two cookies of a signed-in browser: a short session for every page, and what renews it for one path."""

from fastapi import Response

from services.members.operations.signing_in import SignedIn
from services.members.settings import Settings
from shared.identity import SESSION_COOKIE

REFRESH_COOKIE = "milliard_refresh"
REFRESH_PATH = "/connexion"
"""The refresh token is sent nowhere else, so no other page or service ever sees it."""


def keep_session(response: Response, *, settings: Settings, signed_in: SignedIn) -> None:
    """Give the browser a session and its renewal: no script reads them, no other site posts with them."""
    secure = settings.public_url.startswith("https://")
    response.set_cookie(
        SESSION_COOKIE,
        signed_in.session,
        max_age=signed_in.expires_in_seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    response.set_cookie(
        REFRESH_COOKIE,
        signed_in.refresh,
        max_age=settings.refresh_days * 24 * 3600,
        path=REFRESH_PATH,
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def forget_session(response: Response) -> None:
    """Take both cookies away."""
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    response.delete_cookie(REFRESH_COOKIE, path=REFRESH_PATH, httponly=True, samesite="lax")

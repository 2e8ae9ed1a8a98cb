"""Serves the style sheet, the script and the logos, under addresses that change with their content.

The content's hash is in the path, so browsers keep a file for a year and still see each new
version at once. The files are few and small: they are read once and answered from memory.
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import FastAPI, HTTPException, Response

FOREVER = "public, max-age=31536000, immutable"
# While two versions are being deployed, the old page may ask for a file that only the new one has.
BRIEFLY = "public, max-age=60"


@dataclass(frozen=True)
class StaticFile:
    """One file: its bytes, its media type and the start of its SHA-256."""

    content: bytes
    media_type: str
    digest: str


@cache
def static_files() -> dict[str, StaticFile]:
    """Every file of `shared/web/static`, by name."""
    return {
        entry.name: StaticFile(
            content=(content := entry.read_bytes()),
            media_type=mimetypes.guess_type(entry.name)[0] or "application/octet-stream",
            digest=hashlib.sha256(content).hexdigest()[:12],
        )
        for entry in (files("shared.web") / "static").iterdir()
        if entry.is_file()
    }


def static_url(name: str) -> str:
    """`milliard.css` → `/static/0a1b2c3d4e5f/milliard.css`; an unknown name is a mistake in a template."""
    return f"/static/{static_files()[name].digest}/{name}"


def mount_static(app: FastAPI) -> None:
    """Adds `GET /static/{digest}/{name}` to the service that the gateway sends `/static` to."""

    @app.api_route("/static/{digest}/{name}", methods=["GET", "HEAD"], include_in_schema=False)
    async def static_file(digest: str, name: str) -> Response:
        file = static_files().get(name)
        if file is None:
            raise HTTPException(status_code=404)
        caching = FOREVER if digest == file.digest else BRIEFLY
        return Response(file.content, media_type=file.media_type, headers={"Cache-Control": caching})

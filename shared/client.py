"""How commands reach the running platform: at each service's own address, signed by the operator's key.

Who starts the platform writes `run/platform.json` (0600) in MILLIARD_HOME: where everything listens. `services` has the
address of each service: `unix:/…/ledger.sock` on one machine, `http://ledger:8000` in containers. Another file is named
by `MILLIARD_PLATFORM_FILE`.
"""

import json
import os
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import jwt

from shared.values.tokens import AUDIENCE, LOCAL_TOKEN_SECONDS, OPERATOR_ISSUER


class PlatformUnreachable(Exception):
    """No running platform was found where the command looked."""


@dataclass(frozen=True)
class Platform:
    """Where the running platform's parts are."""

    facts: dict[str, Any]
    home: Path

    @cached_property
    def _key(self) -> str:
        return (self.home / "keys" / "operator.key").read_text(encoding="utf-8")

    def local_token(self) -> str:
        """A short-lived token of the local key: it operates lanes and imports, and never moves money."""
        now = int(time.time())
        claims = {"iss": OPERATOR_ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + LOCAL_TOKEN_SECONDS}
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": OPERATOR_ISSUER})

    def http(self, service: str, *, timeout: float | None = 30) -> httpx.Client:
        """A client of one service, at its address, that signs each request anew."""
        address = str(self.facts["services"][service])
        socket = address.removeprefix("unix:") if address.startswith("unix:") else None
        return httpx.Client(
            transport=httpx.HTTPTransport(uds=socket),
            base_url="http://localhost" if socket else address,
            timeout=timeout,
            auth=_LocalKeyAuth(self),
        )


class _LocalKeyAuth(httpx.Auth):
    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def auth_flow(self, request: httpx.Request) -> Any:
        request.headers["Authorization"] = f"Bearer {self._platform.local_token()}"
        yield request


def platform() -> Platform:
    """The platform of this MILLIARD_HOME. Raises PlatformUnreachable when it does not run."""
    home = Path(os.environ.get("MILLIARD_HOME", "var"))
    file = Path(os.environ.get("MILLIARD_PLATFORM_FILE", home / "run" / "platform.json"))
    try:
        return Platform(facts=json.loads(file.read_text(encoding="utf-8")), home=home.absolute())
    except (FileNotFoundError, json.JSONDecodeError):
        raise PlatformUnreachable(
            f"La plateforme ne tourne pas (rien dans {file}) : lancez « make up », puis réessayez."
        ) from None


def service_client(service: str, *, timeout: float | None = 30) -> httpx.Client:
    """A client of one service of the running platform, for commands."""
    return platform().http(service, timeout=timeout)

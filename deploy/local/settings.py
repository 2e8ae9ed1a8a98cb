"""What `milliard up` is told by its environment and its options."""

import os
from dataclasses import dataclass
from typing import Self

from deploy.local.errors import PlatformError
from deploy.local.ports import LOOPBACK

DEFAULT_PORT = 8080


class PortUnreadable(PlatformError):
    """« … n’est pas un numéro de port. »"""

    def __init__(self, *, told: str) -> None:
        super().__init__(f"« {told} » n’est pas un numéro de port : donnez un nombre de 1 à 65535.")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`port` and `bind`: where the page listens; `public_url`: the address in mails and links.
    `database_url`, `smtp_url`: a cluster and a mail server that replace the embedded ones."""

    port: int = DEFAULT_PORT
    bind: str = LOOPBACK
    public_url: str
    database_url: str | None = None
    smtp_url: str | None = None

    @classmethod
    def of_environment(cls, *, port: int | None = None) -> Self:
        """From `MILLIARD_PORT`, `MILLIARD_BIND`, `MILLIARD_PUBLIC_URL`, `DATABASE_URL` and
        `MILLIARD_SMTP_URL`; an option goes before the environment. Raises PortUnreadable."""
        told = str(port or os.environ.get("MILLIARD_PORT") or DEFAULT_PORT)
        if not told.isdecimal() or not 0 < int(told) < 65536:
            raise PortUnreadable(told=told)
        return cls(
            port=int(told),
            bind=os.environ.get("MILLIARD_BIND") or LOOPBACK,
            public_url=(os.environ.get("MILLIARD_PUBLIC_URL") or f"http://localhost:{told}").rstrip("/"),
            database_url=os.environ.get("DATABASE_URL") or None,
            smtp_url=os.environ.get("MILLIARD_SMTP_URL") or None,
        )

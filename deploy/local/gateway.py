"""The gateway: a Caddy in front of the services, each reached by its paths over its Unix socket."""

import os
from collections.abc import Mapping
from pathlib import Path

from deploy.local import binaries
from deploy.local.child import Child
from deploy.local.configuration import write_configuration
from deploy.local.ports import LOOPBACK
from deploy.local.probe import answers

FOLDER = Path(__file__).parent.parent / "caddy"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - only when MILLIARD_BIND says so
FALLBACK = "ledger"  # the front page is the public progress
ROUTES = {
    "members": ("/api/members", "/rejoindre", "/connexion", "/deconnexion", "/moi", "/membres"),
    "pledges": (
        "/api/pledges",
        "/promettre",
        "/promesses",
        "/paiements",
        "/banque",
        "/recus",
        "/enquete",
        "/investisseurs",
        "/abondements",
    ),
    "projects": ("/api/projects", "/projets", "/besoins", "/organisations"),
    "notifications": ("/api/notifications", "/lettres"),
}


class Gateway:
    """The page's address. `sockets` says where each service listens."""

    def __init__(
        self,
        *,
        home: Path,
        runtime: Path,
        bind: str,
        port: int,
        sockets: Mapping[str, Path],
        kept: tuple[int, ...] = (),
    ) -> None:
        self._configuration = runtime / "Caddyfile"
        self._sockets = sockets
        self._port = port
        # Loopback always answers too: the launcher and the commands call it there.
        self._addresses = [bind] if bind in (LOOPBACK, *EVERYWHERE) else [LOOPBACK, bind]
        state = str(home / "run")
        self.child = Child(
            name="gateway",
            command=[binaries.caddy(), "run", "--adapter", "caddyfile", "--config", self._configuration],
            log=home / "logs" / "gateway.log",
            environment={
                "PATH": os.defpath,
                "HOME": state,
                "XDG_DATA_HOME": state,
                "XDG_CONFIG_HOME": state,
                "GOMAXPROCS": "2",
            },
            kept=kept,
        )

    def start(self) -> None:
        """Start the server; returns when the page answers through it. Raises StartFailed."""
        write_configuration(
            FOLDER / "Caddyfile.j2",
            to=self._configuration,
            port=self._port,
            addresses=self._addresses,
            services={service: f"unix/{socket}" for service, socket in self._sockets.items()},
            routes=ROUTES,
            fallback=FALLBACK,
            pages=FOLDER,
        )
        self.child.start()
        self.child.wait_until(self.is_ready)

    def is_ready(self) -> bool:
        """Whether the fallback service answers through the gateway."""
        return answers(self._port, "/health/ready")

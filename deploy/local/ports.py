"""Ports: a free one of the loopback interface, and whether the page's own can be taken."""

import errno
import socket

from deploy.local.errors import PlatformError

LOOPBACK = "127.0.0.1"


class PortTaken(PlatformError):
    """« Le port … est déjà pris … »"""

    def __init__(self, *, port: int) -> None:
        super().__init__(
            f"Le port {port} est déjà pris par un autre programme. Arrêtez ce programme, "
            f"ou choisissez un autre port : MILLIARD_PORT={port + 1} make up"
        )


class PortRefused(PlatformError):
    """« Le système refuse d’ouvrir le port … »"""

    def __init__(self, *, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Le système refuse d’ouvrir le port {port} à l’adresse {host} ({reason}). "
            "Choisissez un port au-dessus de 1023 (MILLIARD_PORT) ou une autre adresse (MILLIARD_BIND)."
        )


def free_port() -> int:
    """A TCP port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def ensure_free(*, host: str, port: int) -> None:
    """Return if a server could listen there, else raise PortTaken or PortRefused.

    Two gateways would share one port without an error, so the port is called and bound before anything
    starts.
    """
    with socket.socket() as call:
        call.settimeout(0.5)
        if call.connect_ex((LOOPBACK, port)) == 0:
            raise PortTaken(port=port)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(port=port) from error
            raise PortRefused(host=host, port=port, reason=str(error.strerror)) from error

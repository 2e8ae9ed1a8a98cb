"""Asks a server, over a loopback port or a Unix socket, whether it is ready."""

import http.client
import socket
from pathlib import Path

from deploy.local.ports import LOOPBACK

PATIENCE_SECONDS = 2


def answers(place: int | Path, path: str) -> bool:
    """Whether `GET path` at this loopback port or this socket is answered with 200."""
    call = http.client.HTTPConnection(LOOPBACK, timeout=PATIENCE_SECONDS)
    try:
        call.sock = _connected(place)
        call.request("GET", path)
        return call.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        call.close()


def _connected(place: int | Path) -> socket.socket:
    if isinstance(place, int):
        return socket.create_connection((LOOPBACK, place), timeout=PATIENCE_SECONDS)
    call = socket.socket(socket.AF_UNIX)
    call.settimeout(PATIENCE_SECONDS)
    try:
        call.connect(str(place))
    except OSError:
        call.close()
        raise
    return call

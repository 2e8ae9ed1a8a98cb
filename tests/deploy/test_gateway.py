"""The gateway, before a service that breaks off."""

import socketserver
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from uuid import uuid4

import httpx
import pytest

from deploy.local.gateway import FALLBACK, ROUTES, Gateway
from deploy.local.ports import free_port


class _Answering(socketserver.StreamRequestHandler):
    """Is ready; any other answer breaks off in its middle."""

    def handle(self) -> None:
        length = 0 if b"/health/" in self.rfile.readline() else 100
        while self.rfile.readline().strip():
            pass
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        self.wfile.write(head.encode())


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Its address and its log, before one service under all names."""
    port, socket = free_port(), tmp_path / "service.sock"
    server = socketserver.ThreadingUnixStreamServer(str(socket), _Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    sockets = dict.fromkeys((*ROUTES, FALLBACK), socket)
    gateway = Gateway(home=tmp_path, runtime=tmp_path, bind="127.0.0.1", port=port, sockets=sockets)
    gateway.start()
    yield f"http://127.0.0.1:{port}", gateway.child.log
    gateway.child.stop()
    server.shutdown()
    server.server_close()


def test_an_error_of_the_gateway_is_logged_without_its_request(gateway: tuple[str, Path]) -> None:
    """The address of a receipt is the key to a name and an address."""
    address, log = gateway
    receipt_id = str(uuid4())
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{address}/recus/{receipt_id}")
    said = log.read_text()
    assert "http.handlers.reverse_proxy" in said
    assert receipt_id not in said

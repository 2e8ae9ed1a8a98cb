"""Ports that can be taken, and those that cannot."""

import socket

import pytest

from deploy.local.ports import LOOPBACK, PortRefused, PortTaken, ensure_free, free_port


def test_a_free_port_can_be_taken() -> None:
    """A free port can be taken."""
    ensure_free(host=LOOPBACK, port=free_port())


def test_a_port_where_somebody_listens_is_taken() -> None:
    """A port where somebody listens is taken, and the sentence proposes another."""
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"Le port {port} est déjà pris.*MILLIARD_PORT={port + 1}"):
            ensure_free(host=LOOPBACK, port=port)


def test_an_address_of_another_machine_is_refused() -> None:
    """An address that this machine does not have is refused, and the sentence names it."""
    with pytest.raises(PortRefused, match=r"192\.0\.2\.1"):
        ensure_free(host="192.0.2.1", port=free_port())

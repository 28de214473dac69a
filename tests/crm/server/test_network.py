"""Connections of a listening socket that was opened elsewhere."""

import socket

from crm.server.network import send_at_once


def test_accepted_connections_send_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert send_at_once(port) == 1
        with socket.create_connection(("127.0.0.1", port)), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_other_sockets_are_left_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert send_at_once(listening.getsockname()[1] + 1) == 0
        assert not listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

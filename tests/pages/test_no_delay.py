"""Answers do not wait for the browser's acknowledgement."""

from __future__ import annotations

import socket

from pages.http.no_delay import send_at_once


def test_connections_accepted_by_a_socket_of_this_process_send_at_once() -> None:
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert send_at_once() >= 1
        with socket.create_connection(listening.getsockname()) as _:
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

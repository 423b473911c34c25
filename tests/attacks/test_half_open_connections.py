"""Connections that never finish what they began, at the protocol that `python app.py` serves with."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import closing
from threading import Thread
from typing import Any

import pytest
import uvicorn

from pages.http import server_protocol
from pages.http.server_protocol import ServerConfig

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"


async def answer(scope: Any, _receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        client = str(scope["client"][0]).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        await send({"type": "http.response.body", "body": client[:9].ljust(9)})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(server_protocol, "HEAD_WITHIN_S", 0.3)
    monkeypatch.setattr(server_protocol, "MOST_HALF_OPEN", 5)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        server = uvicorn.Server(ServerConfig(answer, lifespan="off", log_level="critical"))
        thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(10)


def sent(port: int, data: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=15)
    connection.sendall(data)
    return connection


def received(connection: socket.socket) -> bytes:
    """All until the server closes; an error when it does not within 15 s: an idle connection is kept for 5."""
    with connection:
        parts = []
        while part := connection.recv(4096):
            parts.append(part)
        return b"".join(parts)


@pytest.mark.parametrize(
    "begun",
    [b"", b"G", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET"],
)
def test_heads_that_are_never_finished_are_closed(port: int, begun: bytes) -> None:
    received(sent(port, begun))


def test_a_body_that_nobody_reads_does_not_keep_the_connection(port: int) -> None:
    connection = sent(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nxx")
    assert b" 200 " in connection.recv(4096)
    connection.sendall(b"x")
    received(connection)


def test_a_head_as_large_as_a_book_is_refused(port: int) -> None:
    connection = sent(port, b"GET / HTTP/1.1\r\nHost: x\r\n")
    try:
        for _ in range(100):
            connection.sendall(b"X-Filler: " + b"x" * 4000 + b"\r\n")
        text = received(connection)
    except ConnectionError:
        return
    assert b" 200 " not in text


def test_half_open_connections_are_few(port: int) -> None:
    waiting = [sent(port, b"GET") for _ in range(12)]
    with sent(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") as connection:
        assert b" 200 " in connection.recv(4096)
    for connection in waiting:
        connection.close()


def test_nobody_names_the_own_address(port: int) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n"
    assert b"203.0.113" not in received(sent(port, head))

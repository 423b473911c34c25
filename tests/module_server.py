"""A server on this machine that answers a download as TensorFlow Hub and Kaggle do: well, badly, or cut off."""

from __future__ import annotations

import contextlib
import re
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

Answer = Callable[["ModuleHandler"], None]


class ModuleHandler(BaseHTTPRequestHandler):
    """Answers by the path; notes what was asked."""

    protocol_version = "HTTP/1.1"
    server: ModuleServer

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append((path, self.headers.get("Range")))
        answers = self.server.answers.get(path)
        answer = refused() if not answers else answers.pop(0) if len(answers) > 1 else answers[0]
        answer(self)

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # who downloads may hang up
            super().handle()

    def log_message(self, *_args: object) -> None:
        pass


class ModuleServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ModuleHandler)
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[tuple[str, str | None]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving() -> Iterator[ModuleServer]:
    server = ModuleServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def refused(status: int = 403) -> Answer:
    def answer(to: ModuleHandler) -> None:
        _head(to, status, 0)

    return answer


def redirect(where: str) -> Answer:
    def answer(to: ModuleHandler) -> None:
        _head(to, 302, 0, Location=where)

    return answer


def page(text: str = "<html>Sign in</html>") -> Answer:
    def answer(to: ModuleHandler) -> None:
        _head(to, 200, len(text))
        to.wfile.write(text.encode())

    return answer


def archive(data: bytes, *, cut_after: int | None = None, pause_s: float = 0.0, etag: str = '"one"') -> Answer:
    """The bytes, or the part that is asked for; `cut_after` so many of the answer the connection ends."""

    def answer(to: ModuleHandler) -> None:
        begins = _wanted(to, etag)
        part = data[begins:]
        extra = {"ETag": etag} if etag else {}
        if begins:
            extra["Content-Range"] = f"bytes {begins}-{len(data) - 1}/{len(data)}"
        _head(to, 206 if begins else 200, len(part), **extra)
        part = part[:cut_after]
        for start in range(0, len(part), max(1, len(part) // 8)):
            time.sleep(pause_s)
            to.wfile.write(part[start : start + max(1, len(part) // 8)])
        if cut_after is not None:
            to.close_connection = True
            to.wfile.flush()
            to.connection.shutdown(2)

    return answer


def without_ranges(data: bytes, *, cut_after: int | None = None) -> Answer:
    """A server that knows no parts and no versions: always from the beginning."""

    def answer(to: ModuleHandler) -> None:
        _head(to, 200, len(data))
        to.wfile.write(data[:cut_after])
        to.close_connection = True
        if cut_after is not None:
            to.connection.shutdown(2)

    return answer


def tarball(files: dict[str, bytes], *, members: list[tarfile.TarInfo] | None = None) -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
        for member in members or []:
            tar.addfile(member)
    return out.getvalue()


def _wanted(to: ModuleHandler, etag: str) -> int:
    match = re.fullmatch(r"bytes=(\d+)-", to.headers.get("Range") or "")
    is_current = to.headers.get("If-Range", etag) == etag
    return int(match[1]) if match and is_current else 0


def _head(to: ModuleHandler, status: int, length: int, **headers: str) -> None:
    to.send_response(status)
    to.send_header("Content-Length", str(length))
    for name, value in headers.items():
        to.send_header(name, value)
    to.end_headers()

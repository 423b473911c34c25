"""Limits of request bodies: size, counted while they stream, and time.

A body larger than its address takes is answered with 413 before it is read, by its Content-Length, or as soon as it is
that large; one that does not come on with 408. Nothing here stores a byte. The connection stays open meanwhile: what is
still sent is thrown away, for `server_protocol.HEAD_WITHIN_S` at most. Closed at once, it would be reset under whoever
is still sending, who then never reads the answer.
"""

from __future__ import annotations

import asyncio
import json
from functools import partial

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.config import settings
from pages.http import problems

BYTES_IN_MB = 1_000_000
SMALL_BYTES = 16 * 1024  # forms, and what the desk sends
FRAMING_BYTES = 1024 * 1024  # of multipart bodies, beside the files
WITH_RECORDINGS = frozenset({"/api/score", "/v1/decisions", "/v1/recordings"})
SILENCE_S = 20.0  # between two pieces
GRACE_S = 20.0  # for the whole, before its speed is looked at
SLOWEST_BYTES_S = 2_000.0


def limit_bytes(path: str) -> int:
    """How large a body this address takes."""
    if path.startswith("/_stcore/upload_file/"):
        return int(settings().max_archive_mb * BYTES_IN_MB) + FRAMING_BYTES
    if path.rstrip("/") in WITH_RECORDINGS:
        return int(settings().max_request_mb * BYTES_IN_MB) + FRAMING_BYTES
    return SMALL_BYTES


class CountedBody:
    """One request whose body is counted and must keep coming."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app, self._limit = app, limit
        self._received = 0
        self._is_complete = self._is_refused = self._has_started = False
        self._path = ""

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application on this request, or refuse it."""
        began_at = asyncio.get_running_loop().time()
        self._path = scope["path"]

        async def counted_send(message: Message) -> None:
            if not self._is_refused:
                self._has_started = True
                await send(message)

        if _declared(scope) > self._limit:
            await self._refuse_size(send)
            return
        try:
            await self._app(scope, partial(self._counted, receive, send, began_at), counted_send)
        except Exception:
            if not self._is_refused:
                raise

    async def _counted(self, receive: Receive, send: Send, began_at: float) -> Message:
        """The next message of the request; a disconnect once it was refused."""
        if self._is_complete:
            return await receive()
        if self._is_refused:
            return {"type": "http.disconnect"}
        message = await self._next(receive, began_at)
        if message is None:
            await self._refuse(send, 408, "The request did not come on; send it again.")
            return {"type": "http.disconnect"}
        self._received += len(message.get("body", b""))
        self._is_complete = message["type"] != "http.request" or not message.get("more_body", False)
        if self._received > self._limit:
            await self._refuse_size(send)
            return {"type": "http.disconnect"}
        return message

    async def _next(self, receive: Receive, began_at: float) -> Message | None:
        loop = asyncio.get_running_loop()
        whole_s = GRACE_S + self._received / SLOWEST_BYTES_S
        until = min(loop.time() + SILENCE_S, began_at + whole_s)
        try:
            async with asyncio.timeout_at(until):
                return await receive()
        except TimeoutError:
            return None

    async def _refuse_size(self, send: Send) -> None:
        await self._refuse(send, 413, f"This request is too large: at most {self._limit} bytes are read here.")

    async def _refuse(self, send: Send, status: int, words: str) -> None:
        self._is_refused, self._is_complete = True, False
        if self._has_started:
            return
        is_problem = problems.is_for_programs(self._path)
        body = problems.body_of(status, words) if is_problem else json.dumps({"error": words}).encode()
        headers = [
            (b"content-type", (problems.MEDIA_TYPE if is_problem else "application/json").encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _declared(scope: Scope) -> int:
    """The Content-Length; 0 where there is none that can be read (the bytes are counted all the same)."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value) if len(value) <= 18 else 10**18
    return 0

"""A WebSocket that ends when its sign-in ends, within seconds, however long it had been open.

Streamlit's pages live on one WebSocket for hours, so asking at the handshake alone is not enough. When the sign-in
has ended, the page's script is made to run once more (it then shows nothing but the way to sign in, and what was on
the screen goes), and a moment later the connection is closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CHECK_EVERY_S = 5.0
FAREWELL_S = 2.0


class WatchedSocket:
    """One connection. `is_in_force` is asked before each message of the page reaches Streamlit, whose callbacks run
    before any of the screen's own questions, and every `CHECK_EVERY_S` seconds when there are none."""

    def __init__(self, app: ASGIApp, is_in_force: Callable[[], Awaitable[bool]], *, close_code: int) -> None:
        self._app = app
        self._is_in_force = is_in_force
        self._close_code = close_code
        self._arriving: asyncio.Future[Message] | None = None
        self._has_ended = False
        self._is_closed = False
        self._checked_at = 0.0

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app on this connection until either side or the end of the sign-in closes it."""
        self._checked_at = _now()

        async def watched_receive() -> Message:
            return await self._receive(receive, send)

        async def watched_send(message: Message) -> None:
            if not self._is_closed:
                await send(message)

        try:
            await self._app(scope, watched_receive, watched_send)
        finally:
            if self._arriving is not None:
                self._arriving.cancel()

    async def _receive(self, receive: Receive, send: Send) -> Message:
        if self._has_ended:
            return await self._close(receive, send)
        while True:
            message = await self._next(receive, until=self._checked_at + CHECK_EVERY_S)
            if message is not None and message["type"] != "websocket.receive":
                return message
            # before whatever somebody does on the page, and otherwise every few seconds
            if message is not None or _now() - self._checked_at >= CHECK_EVERY_S:
                self._checked_at = _now()
                if not await self._is_in_force():
                    self._has_ended = True
                    return {"type": "websocket.receive", "bytes": _run_the_script_again()}
            if message is not None:
                return message

    async def _next(self, receive: Receive, *, until: float) -> Message | None:
        """What arrives before `until`, or None. What arrives later is not lost: it is waited for by the next call."""
        if self._arriving is None:
            self._arriving = asyncio.ensure_future(receive())
        done, _ = await asyncio.wait({self._arriving}, timeout=max(0.0, until - _now()))
        if not done:
            return None
        arrived, self._arriving = self._arriving, None
        return arrived.result()

    async def _close(self, receive: Receive, send: Send) -> Message:
        """Give the last run a moment to reach the browser, deaf to whatever it sends, then close."""
        until = _now() + FAREWELL_S
        while (message := await self._next(receive, until=until)) is not None:
            if message["type"] == "websocket.disconnect":
                return message
        self._is_closed = True
        await send({"type": "websocket.close", "code": self._close_code, "reason": "Sign in again."})
        return {"type": "websocket.disconnect", "code": self._close_code}


def _now() -> float:
    return asyncio.get_running_loop().time()


def _run_the_script_again() -> bytes:
    """The message by which Streamlit's browser side asks for a run of the script."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    message.rerun_script.SetInParent()
    return bytes(message.SerializeToString())

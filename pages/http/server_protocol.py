"""HTTP of the web server with time limits for unfinished heads and for connections that send nothing.

uvicorn waits for them without end. It also believes `X-Forwarded-*` of everybody on this machine; `origin` decides that
by the settings, so it is turned off here.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_WITHIN_S = 15.0
MOST_HEAD_BYTES = 32 * 1024
MOST_HALF_OPEN = 256  # then the oldest of them is closed


class ImpatientProtocol(H11Protocol):
    """A connection that is closed when the head of a request does not come in time."""

    half_open: ClassVar[dict[ImpatientProtocol, asyncio.TimerHandle]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        is_head_incomplete = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        # a body that nobody reads, because its request is answered, must come to its end as well
        is_body_superfluous = (
            self.conn.their_state is h11.SEND_BODY and self.cycle is not None and self.cycle.response_complete
        )
        if is_head_incomplete or is_body_superfluous:
            self._await_head()
        else:
            self._head_is_done()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_done()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        if self in self.half_open:
            return
        if len(self.half_open) >= MOST_HALF_OPEN:
            next(iter(self.half_open))._give_up()
        self.half_open[self] = self.loop.call_later(HEAD_WITHIN_S, self._give_up)

    def _head_is_done(self) -> None:
        timer = self.half_open.pop(self, None)
        if timer is not None:
            timer.cancel()

    def _give_up(self) -> None:
        self._head_is_done()
        if self.transport is not None:
            self.transport.close()


class ServerConfig(uvicorn.Config):
    """uvicorn's configuration as Streamlit makes it, with what it gives no option for."""

    def __init__(self, *arguments: object, **options: object) -> None:
        own = {
            "http": ImpatientProtocol,
            "proxy_headers": False,
            "server_header": False,
            "h11_max_incomplete_event_size": MOST_HEAD_BYTES,
        }
        super().__init__(*arguments, **(options | own))  # type: ignore[arg-type]


def install() -> None:
    """Let the server that Streamlit starts from here on be configured so."""
    uvicorn.Config = ServerConfig  # type: ignore[misc]

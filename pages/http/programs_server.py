"""The web server for programs alone: `/v1`, `/api`, life, readiness, metrics. No screen, and no Streamlit.

The guard, the keys and the log are those of the whole app. It listens on this machine only unless a host is named, and
on all addresses of it only where EARSHOT_ALL_ADDRESSES says so.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address

import uvicorn
from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware

from core.config import settings
from core.errors import SettingsError
from core.workflows.maintenance import startup
from pages.http import api, health, server_duties, server_protocol, v1
from pages.http.guard import Guard
from pages.http.request_log import RequestLog

DRAIN_S = 30  # what is asked before the end is answered within this


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    await to_thread.run_sync(startup.prepare)
    async with server_duties.fulfilled():
        yield


app = Starlette(
    lifespan=lifespan,
    middleware=[Middleware(RequestLog), Middleware(Guard, shortcuts={"/v1/": v1.ROUTES})],
    routes=[*api.ROUTES, *v1.ROUTES, *health.ROUTES],
)


def run(host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C; then answer what was asked, and end.

    Raises
    ------
    SettingsError
        The host stands for all addresses of the machine, and EARSHOT_ALL_ADDRESSES does not allow that; or it is none.
    """
    require_chosen(host)
    startup.prepare()
    shown = f"[{host}]" if ":" in host else host
    sys.stderr.write(f"Earshot answers programs at http://{shown}:{port}/v1\n")
    config = server_protocol.ServerConfig(
        app, host=host, port=port, timeout_graceful_shutdown=DRAIN_S, access_log=False, log_level="warning"
    )
    server = uvicorn.Server(config)
    server.run()
    if not server.started:
        raise SystemExit(1)


def require_chosen(host: str) -> None:
    """Refuse what opens all addresses of the machine, however it is written, unless a setting wants it."""
    if settings().all_addresses:
        return
    try:
        resolved = {entry[4][0] for entry in socket.getaddrinfo(host or None, 0, flags=socket.AI_PASSIVE)}
    except OSError:
        raise SettingsError(f"{host!r} is no address of this machine; name one, such as 127.0.0.1.") from None
    if any(ip_address(str(address).partition("%")[0]).is_unspecified for address in resolved):
        raise SettingsError(
            f"{host or 'An empty host'} stands for all addresses of this machine: whoever reaches it could ask. Name "
            "one address, or set EARSHOT_ALL_ADDRESSES=true where that is wanted, as in a container."
        )

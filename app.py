"""The web server: screens and endpoints behind the door. `python app.py`, `streamlit run app.py` or `uvicorn app:app`.

This process never imports TensorFlow: training and scoring run in workers of their own.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from anyio import to_thread
from starlette.middleware import Middleware

from core.config import settings
from core.errors import EarshotError
from core.workflows.accounts import accounts, audit_log
from core.workflows.annotation import reported_listening, sound_deliveries
from core.workflows.maintenance import startup
from pages.components.current_account import visitor_address
from pages.http import (
    account,
    api,
    assets,
    audio,
    confirm,
    file_holders,
    find,
    first_start,
    health,
    home,
    judging,
    listening,
    oidc,
    password,
    server_duties,
    server_protocol,
    sign_in,
    tablet,
    two_step,
    v1,
)
from pages.http.guard import Guard
from pages.http.request_log import RequestLog
from pages.http.start_errors import StartErrors


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Before the first request: the settings are sound, the tables are there, the first start is announced."""
    await to_thread.run_sync(startup.prepare)
    if await to_thread.run_sync(accounts.is_first_start):
        local = f"http://{st.get_option('server.address') or settings().host}:{st.get_option('server.port')}"
        sys.stderr.write(first_start.invitation(settings().public_url or local))
    file_holders.install()
    audit_log.take_address_from(visitor_address)
    async with server_duties.fulfilled(STORES):
        yield


STORES = (sound_deliveries.store, reported_listening.store)


app = st.App(
    Path(__file__).parent / "pages" / "main.py",
    lifespan=lifespan,
    middleware=[
        Middleware(StartErrors),
        Middleware(RequestLog),
        Middleware(Guard, shortcuts={"/audio/": audio.ROUTES, "/judging/": judging.ROUTES, "/v1/": v1.ROUTES}),
    ],
    routes=[
        *home.ROUTES,
        *sign_in.ROUTES,
        *first_start.ROUTES,
        *account.ROUTES,
        *password.ROUTES,
        *confirm.ROUTES,
        *two_step.ROUTES,
        *oidc.ROUTES,
        *audio.ROUTES,
        *listening.ROUTES,
        *find.ROUTES,
        *judging.ROUTES,
        *api.ROUTES,
        *v1.ROUTES,
        *health.ROUTES,
        *assets.ROUTES,
        *tablet.ROUTES,
    ],
)


def main() -> None:
    """Serve on the host and port of the settings until stopped."""
    try:
        where = settings()
        startup.prepare()
    except EarshotError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from None
    server_protocol.install()
    app.run(config={"server.address": where.host, "server.port": where.port, "server.headless": True})


if __name__ == "__main__":
    main()

"""The whole app with its guard, asked over HTTP by a stranger or by somebody signed in: fixtures of every room."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core import config
from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.workflows.accounts import accounts, passwords
from db import session, sign_ins
from pages.http import cookie

ORIGIN = "http://localhost"
NOT_IN_ANY_TEST_S = 24 * 3600.0
BY_THE_CLOCK = (
    "core.workflows.deployment.live_watch.FIRST_LOOK_S",
    "core.workflows.maintenance.retention_run.FIRST_LOOK_S",
    "core.workflows.retraining.automatic_retraining.LOOK_EVERY_S",
    "core.workflows.webhooks.delivery.LOOK_EVERY_S",
    "pages.http.server_duties.STORE_EVERY_S",
)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The whole app, started once, as a browser on this machine meets it. Each test's database is its own.

    Between tests its storage is a folder of its own, so that a page still running touches nothing of anybody's. What
    servers do by the clock it leaves: it would write into the databases of tests that know nothing of it.
    """
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("EARSHOT_STORAGE", str(tmp_path_factory.mktemp("server")))
        config.settings.cache_clear()
        for pause in BY_THE_CLOCK:
            environment.setattr(pause, NOT_IN_ANY_TEST_S)
        from app import app

        with TestClient(app, base_url=ORIGIN, client=("127.0.0.1", 50000), follow_redirects=False) as client:
            config.settings.cache_clear()
            yield client


@pytest.fixture
def stranger(server: TestClient, database: Path) -> TestClient:
    """Somebody without a cookie, on this machine, in a browser that names its origin."""
    server.cookies.clear()
    server.headers["Origin"] = ORIGIN
    return server


@pytest.fixture
def visitor(stranger: TestClient) -> Callable[..., TestClient]:
    """`visitor(Role.JUDGE)`: the same browser, signed in with that role; `visitor(None)` is a stranger."""

    def sign_in(role: Role | None) -> TestClient:
        stranger.cookies.clear()
        if role is not None:
            _, token = account_and_token(role, f"{role.value}-{secrets.token_hex(3)}")
            stranger.cookies.set(cookie.NAME, cookie.sign(token))
        return stranger

    return sign_in


def account_and_token(role: Role, name: str) -> tuple[Account, str]:
    """An account with a password nobody knows and a sign-in of it, without the slow hashing of a real one."""
    account = accounts.create(name, secrets.token_urlsafe(16), role, actor=COMMAND_LINE)
    token = secrets.token_urlsafe(32)
    with session.writing() as tx:
        sign_ins.add(tx, passwords.hash_secret(token), account.id, expires_at=session.now() + timedelta(hours=1))
    return account, token

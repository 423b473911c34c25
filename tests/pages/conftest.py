"""Signing in on a screen that is run by AppTest."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core.domain.accounts import Account
from core.domain.labels import Role
from tests.whole_app import account_and_token

MAIN = Path(__file__).parents[2] / "pages" / "main.py"


@pytest.fixture(scope="session", autouse=True)
def known_packages() -> Iterator[None]:
    """Every run of a screen looks for components in all installed packages, an eighth of a second: once will do."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def signed_in(database: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Account]:
    """`signed_in(Role.STAFF)`: an account of that role, signed in on every screen that AppTest runs from here on."""

    def sign_in(role: Role | str, name: str = "") -> Account:
        account, token = account_and_token(Role(role), name or f"{Role(role).value}-{secrets.token_hex(3)}")
        monkeypatch.setattr("pages.components.current_account.sign_in_token", lambda: token)
        return account

    return sign_in


@pytest.fixture
def screen() -> Callable[..., AppTest]:
    """`screen("evaluate")`: the screen as main.py shows it, run once. `query` is what stands in its address."""

    def run(name: str, *, timeout_s: float = 20, **query: str) -> AppTest:
        test = AppTest.from_file(str(MAIN), default_timeout=timeout_s)
        for key, value in query.items():
            test.query_params[key] = value
        return test.switch_page(f"{name}.py").run()

    return run

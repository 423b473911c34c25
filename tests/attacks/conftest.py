"""What attacks start from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from core import config
from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.workflows.accounts import (
    accounts,
    oidc_links,
)
from tests.attacks.provider_sign_in import PASSWORD


@pytest.fixture
def ada(stranger: TestClient) -> Account:
    """An account that an administrator has linked with ada@school.example."""
    accounts.create("boss", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)
    account = accounts.create("ada", None, Role.STAFF, actor=COMMAND_LINE)
    return oidc_links.link(account.id, "ada@school.example", actor=COMMAND_LINE)


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    def set_it(name: str, value: str) -> None:
        monkeypatch.setenv(f"EARSHOT_{name}", value)
        config.settings.cache_clear()

    return set_it

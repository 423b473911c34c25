"""The cookie's signature, and the secret it is made with."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.config import settings
from core.workflows.accounts import server_secret
from pages.http import cookie


def test_what_was_signed_is_read_back_and_nothing_else(storage: Path):
    assert cookie.read(cookie.sign("token")) == "token"
    for made_up in (None, "", "token", "token.x.y", cookie.sign("token")[:-1], "\ud800"):
        assert cookie.read(made_up) is None


def test_the_secret_is_made_once_and_for_its_owner_only(storage: Path):
    value = cookie.sign("token")
    file = storage / server_secret.SECRET_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    server_secret._stored_secret.cache_clear()
    assert cookie.read(value) == "token"


def test_processes_that_start_together_end_up_with_one_secret(storage: Path):
    with ThreadPoolExecutor(8) as together:
        secrets = set(together.map(lambda _: server_secret._stored_secret.__wrapped__(storage), range(32)))
    assert len(secrets) == 1
    assert [file.name for file in storage.iterdir()] == [server_secret.SECRET_FILE]


def test_a_secret_of_the_settings_is_used_and_nothing_is_written(storage: Path, monkeypatch: pytest.MonkeyPatch):
    with_kept = cookie.sign("token")
    (storage / server_secret.SECRET_FILE).unlink()
    monkeypatch.setenv("EARSHOT_SECRET_KEY", "one secret for several machines")
    settings.cache_clear()
    assert cookie.read(with_kept) is None
    assert cookie.read(cookie.sign("token")) == "token"
    assert not (storage / server_secret.SECRET_FILE).exists()


def test_a_cookie_older_than_a_sign_in_lasts_is_none(storage: Path, monkeypatch: pytest.MonkeyPatch):
    value = cookie.sign("token")
    assert cookie.read(value) == "token"
    monkeypatch.setattr(cookie.time, "time", lambda: 4e9)
    assert cookie.read(value) is None


def test_behind_tls_the_cookie_travels_there_only(storage: Path, monkeypatch: pytest.MonkeyPatch):
    assert cookie.attributes()["secure"] is False
    monkeypatch.setenv("EARSHOT_SECURE_COOKIE", "true")
    settings.cache_clear()
    assert cookie.attributes()["secure"] is True

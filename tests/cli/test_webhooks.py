"""`python -m core webhooks ...`."""

from __future__ import annotations

import socket

import pytest

from tests.cli.conftest import Json, Run

ADDRESS = "https://example.org/told"


@pytest.fixture(autouse=True)
def public_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.usefixtures("database")
def test_a_webhook_is_added_listed_and_removed_by_command(run: Run, said: Json) -> None:
    added = said("webhooks", "add", "platform", ADDRESS, "--event", "model.deployed")
    assert added["secret"].startswith("whsec_")
    assert added["events"] == ["model.deployed"]
    (listed,) = said("webhooks", "list")["webhooks"]
    assert listed["url"] == ADDRESS
    assert added["secret"] not in run("webhooks", "list").stdout
    assert "told nothing" in run("webhooks", "remove", "platform").stdout
    refused = run("webhooks", "test", "platform")
    assert (refused.exit_code, "There is no webhook" in refused.stderr) == (1, True)

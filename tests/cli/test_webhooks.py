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


@pytest.mark.usefixtures("database")
def test_a_secret_is_rotated_and_a_webhook_paused_and_resumed_by_command(run: Run, said: Json) -> None:
    first = said("webhooks", "add", "platform", ADDRESS)
    second = said("webhooks", "rotate", "platform")
    assert second["secret"] != first["secret"]
    assert second["old_secret_until"]
    assert "counts no more" in run("webhooks", "rotate", "platform", "--overlap-hours", "0").stderr
    assert run("webhooks", "rotate", "platform", "--overlap-hours", "-1").exit_code == 2
    run("webhooks", "pause", "platform")
    assert said("webhooks", "list")["webhooks"][0]["ended_reason"] == "It was paused."
    run("webhooks", "resume", "platform")
    assert said("webhooks", "list")["webhooks"][0]["ended_reason"] is None

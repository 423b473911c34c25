"""Webhooks: signed as others check it, delivered again until they are taken, and never to where they must not go."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import update

from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.webhooks import RETRIES_AFTER, DeliveryState, WebhookEvent, signature
from core.errors import Conflict, NotFound, Refused, Unavailable
from core.workflows.deployment import deployment_control
from core.workflows.webhooks import delivery, destinations, events, registry
from db import audit, schema, session, webhooks
from tests.workflows import trained

standardwebhooks = pytest.importorskip("standardwebhooks")


@dataclass
class Receiver:
    url: str
    statuses: list[int]
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Answers with the statuses in turn, the last of them from then on."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(received.statuses[min(len(received.requests), len(received.statuses)) - 1])
            self.send_header("Location", received.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received = Receiver(f"http://127.0.0.1:{server.server_port}/told", [204])
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield received
    server.shutdown()
    server.server_close()


@pytest.fixture
def private_allowed(database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EARSHOT_WEBHOOKS_TO_PRIVATE_ADDRESSES", "true")
    config.settings.cache_clear()
    yield
    config.settings.cache_clear()


def make_due() -> None:
    with session.writing() as tx:
        tx.execute(update(schema.webhook_deliveries).values(next_at=session.now() - timedelta(seconds=1)))


@pytest.mark.usefixtures("private_allowed")
def test_a_deployment_is_told_with_a_signature_that_others_accept(receiver: Receiver) -> None:
    _, secret = registry.add_webhook("platform", receiver.url, actor=COMMAND_LINE)
    trained.label_recordings()
    trained.add_model("a")
    deployment_control.deploy("a", 0.10, reason="a child complained", actor=COMMAND_LINE)
    assert receiver.requests == []  # nothing is sent while the deployment is written
    assert delivery.deliver_due() == 1
    headers, body = receiver.requests[0]
    told = standardwebhooks.Webhook(secret).verify(body, headers)
    assert told["type"] == "model.deployed"
    assert told["data"].keys() == {"model", "am_target", "threshold", "certainty", "since"}
    assert b"complained" not in body
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(secret).verify(body.replace(b'"a"', b'"b"'), headers)


@pytest.mark.usefixtures("private_allowed")
def test_a_delivery_is_tried_again_with_the_same_id_until_it_is_taken(receiver: Receiver) -> None:
    receiver.statuses = [500, 302, 200]
    registry.add_webhook("platform", receiver.url, actor=COMMAND_LINE)
    events.announce_alarm("unlike", "school", {"share": 0.5})
    for _ in range(3):
        delivery.deliver_due()
        assert delivery.deliver_due() == 0  # not due yet
        make_due()
    assert len({headers["webhook-id"] for headers, _ in receiver.requests}) == 1
    assert len(receiver.requests) == 3  # the redirect was not followed
    assert [each.state for each in registry.last_deliveries()] == [DeliveryState.DELIVERED]


@pytest.mark.usefixtures("private_allowed")
def test_a_delivery_that_nobody_takes_fails_at_last(receiver: Receiver) -> None:
    receiver.statuses = [503]
    registry.add_webhook("platform", receiver.url, actor=COMMAND_LINE)
    events.announce_alarm("unlike", "school", {})
    for _ in range(len(RETRIES_AFTER) + 3):
        delivery.deliver_due()
        make_due()
    assert len(receiver.requests) == len(RETRIES_AFTER) + 1
    assert registry.last_deliveries()[0].state is DeliveryState.FAILED


@pytest.mark.usefixtures("private_allowed")
def test_a_receiver_that_is_gone_ends_its_webhook(receiver: Receiver) -> None:
    receiver.statuses = [410]
    registry.add_webhook("platform", receiver.url, actor=COMMAND_LINE)
    assert registry.try_webhook("platform", actor=COMMAND_LINE).state is DeliveryState.FAILED
    events.announce_alarm("unlike", "school", {})
    assert delivery.deliver_due() == 0
    assert "410" in registry.all_webhooks()[0].ended_reason


@pytest.mark.usefixtures("private_allowed")
def test_only_events_that_were_chosen_are_told(receiver: Receiver) -> None:
    registry.add_webhook("platform", receiver.url, [WebhookEvent.RETRAINED], actor=COMMAND_LINE)
    events.announce_alarm("unlike", "school", {})
    assert delivery.deliver_due() == 0
    with pytest.raises(Refused, match="at least one event"):
        registry.add_webhook("other", receiver.url, [], actor=COMMAND_LINE)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.9", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe"),
    ],
)
def test_no_private_address_is_reached(database: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in ("93.184.216.34", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(Refused, match="no public address"):
        registry.add_webhook("platform", "https://example.org/told", actor=COMMAND_LINE)


def test_a_name_that_is_moved_later_is_checked_with_each_request(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("93.184.216.34", 443))])
    registry.add_webhook("platform", "https://example.org/told", actor=COMMAND_LINE)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", 443))])
    tried = registry.try_webhook("platform", actor=COMMAND_LINE)
    assert "no public address" in tried.note


def test_a_request_goes_to_the_address_that_was_checked(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("93.184.216.34", 443))])
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unavailable, match="No answer"):
        destinations.post("https://example.org/told", "{}", {})
    assert asked == [("93.184.216.34", 443)]


@pytest.mark.usefixtures("private_allowed")
def test_an_answer_that_never_ends_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(destinations, "DEADLINE_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        is_over = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while not is_over.wait(0.05):
                    connection.sendall(b"x")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        with pytest.raises(Unavailable, match="No answer"):
            destinations.post(f"http://127.0.0.1:{server.getsockname()[1]}/", "{}", {})
        is_over.set()
        thread.join(5)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://example.org/",
            "ftp://example.org/",
            "https://",
            "https://user:word@example.org/",
            "file:///etc/passwd",
        ),
        *("https://example.org/#part", "https://exa mple.org/", "https://example.org:99999/", "https://[::1", "//x"),
        *("https://example.org/\r\nX: y", "https://exämple.org/"),
    ],
)
def test_other_addresses_are_refused(database: Path, url: str) -> None:
    with pytest.raises(Refused):
        registry.add_webhook("platform", url, actor=COMMAND_LINE)


@pytest.mark.usefixtures("private_allowed")
def test_a_secret_is_stored_sealed_and_what_was_done_is_audited(receiver: Receiver) -> None:
    _, secret = registry.add_webhook("platform", receiver.url, actor=COMMAND_LINE)
    with session.reading() as tx:
        stored = tx.execute(schema.webhooks.select()).one()
    assert secret.removeprefix("whsec_") not in stored.secret
    with pytest.raises(Conflict, match="already"):
        registry.add_webhook("platform", receiver.url, actor=COMMAND_LINE)
    registry.remove_webhook("platform", actor=COMMAND_LINE)
    with pytest.raises(NotFound):
        registry.try_webhook("platform", actor=COMMAND_LINE)
    with session.reading() as tx:
        entries = audit.entries(tx, limit=9)[0]
    assert [entry.action for entry in entries] == ["remove webhook", "add webhook"]
    assert secret not in json.dumps([entry.detail for entry in entries])


def verifies(secret: str, request: tuple[dict[str, str], bytes]) -> bool:
    headers, body = request
    try:
        standardwebhooks.Webhook(secret).verify(body, headers)
    except standardwebhooks.WebhookVerificationError:
        return False
    return True


@pytest.mark.usefixtures("private_allowed")
def test_while_an_old_secret_lasts_requests_are_signed_with_both(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, first = registry.add_webhook("platform", receiver.url, actor=COMMAND_LINE)
    webhook, second = registry.rotate_secret("platform", overlap=timedelta(hours=2), actor=COMMAND_LINE)
    assert webhook.old_until is not None
    registry.try_webhook("platform", actor=COMMAND_LINE)
    assert [verifies(secret, receiver.requests[0]) for secret in (first, second)] == [True, True]
    later = session.now() + timedelta(hours=2)
    monkeypatch.setattr(session, "now", lambda: later)
    registry.try_webhook("platform", actor=COMMAND_LINE)
    assert [verifies(secret, receiver.requests[1]) for secret in (first, second)] == [False, True]
    assert registry.all_webhooks()[0].old_until is None
    delivery.deliver_due()
    events.announce_alarm("unlike", "school", {})
    delivery.deliver_due()
    with session.reading() as tx:
        assert tx.execute(schema.webhooks.select()).one().old_secret is None


@pytest.mark.usefixtures("private_allowed")
def test_a_secret_that_became_known_is_over_at_once(receiver: Receiver) -> None:
    _, first = registry.add_webhook("platform", receiver.url, actor=COMMAND_LINE)
    _, second = registry.rotate_secret("platform", actor=COMMAND_LINE)
    _, third = registry.rotate_secret("platform", overlap=timedelta(), actor=COMMAND_LINE)
    registry.try_webhook("platform", actor=COMMAND_LINE)
    assert [verifies(secret, receiver.requests[0]) for secret in (first, second, third)] == [False, False, True]


@pytest.mark.usefixtures("private_allowed")
def test_a_rotation_is_audited_without_a_secret_and_needs_a_possible_overlap(receiver: Receiver) -> None:
    _, first = registry.add_webhook("platform", receiver.url, actor=COMMAND_LINE)
    _, second = registry.rotate_secret("platform", actor=COMMAND_LINE)
    for overlap in (timedelta(seconds=-1), timedelta(days=31)):
        with pytest.raises(Refused, match="0 to 720 hours"):
            registry.rotate_secret("platform", overlap=overlap, actor=COMMAND_LINE)
    with pytest.raises(NotFound):
        registry.rotate_secret("nobody", actor=COMMAND_LINE)
    with session.reading() as tx:
        newest = audit.entries(tx, limit=1)[0][0]
        row = tx.execute(schema.webhooks.select()).one()
    assert (newest.action, newest.subject) == ("rotate webhook secret", "platform")
    written = json.dumps([newest.detail, row.secret, row.old_secret])
    assert not any(secret.removeprefix("whsec_") in written for secret in (first, second))


@pytest.mark.usefixtures("private_allowed")
def test_old_secrets_are_sealed_anew_with_the_others(receiver: Receiver) -> None:
    registry.add_webhook("platform", receiver.url, actor=COMMAND_LINE)
    registry.rotate_secret("platform", actor=COMMAND_LINE)
    with session.writing() as tx:
        assert webhooks.reseal_secrets(tx, lambda sealed: f"again {sealed}") == 1
        row = tx.execute(schema.webhooks.select()).one()
        assert row.secret.startswith("again ")
        assert row.old_secret.startswith("again ")
        assert webhooks.reseal_secrets(tx, lambda sealed: sealed) == 0


@pytest.mark.usefixtures("private_allowed")
def test_one_that_is_paused_is_told_nothing_until_it_goes_on(receiver: Receiver) -> None:
    registry.add_webhook("platform", receiver.url, actor=COMMAND_LINE)
    events.announce_alarm("unlike", "waits already", {})
    registry.pause_webhook("platform", actor=COMMAND_LINE)
    events.announce_alarm("unlike", "meanwhile", {})
    delivery.deliver_due()
    assert receiver.requests == []
    registry.resume_webhook("platform", actor=COMMAND_LINE)
    events.announce_alarm("unlike", "after", {})
    delivery.deliver_due()
    assert [b'"after"' in body for _, body in receiver.requests] == [True]
    with session.reading() as tx:
        entries = audit.entries(tx, limit=2)[0]
    assert [entry.action for entry in entries] == ["resume webhook", "pause webhook"]


@pytest.mark.usefixtures("private_allowed")
def test_one_whose_receiver_was_gone_goes_on_when_it_is_back(receiver: Receiver) -> None:
    receiver.statuses = [410, 204]
    registry.add_webhook("platform", receiver.url, actor=COMMAND_LINE)
    registry.try_webhook("platform", actor=COMMAND_LINE)
    registry.resume_webhook("platform", actor=COMMAND_LINE)
    assert registry.try_webhook("platform", actor=COMMAND_LINE).state is DeliveryState.DELIVERED


def test_signatures_are_those_of_the_standard() -> None:
    """The example of the specification."""
    signed = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

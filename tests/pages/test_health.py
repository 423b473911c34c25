"""For whoever operates it: life, readiness, metrics, request ids and the access log."""

from __future__ import annotations

import json
import logging
import threading

import pytest

from core.config import settings
from core.domain.api_keys import Scope
from core.domain.labels import Role
from core.errors import Unavailable
from core.workflows.deployment import deployment_control
from core.workflows.maintenance import readiness
from core.workflows.maintenance.readiness import Service
from db import session
from pages.http import request_log
from tests.programs import bearer, key, scorer

__all__ = ["scorer"]


@pytest.fixture(autouse=True)
def looked_at_anew():
    readiness.look.cache_clear()


@pytest.fixture
def lines(monkeypatch, caplog):
    """`lines()`: what the access log holds so far."""
    monkeypatch.setattr(request_log.LOG, "propagate", True)
    monkeypatch.setattr(request_log.LOG, "level", logging.INFO)
    return lambda: [json.loads(record.message) for record in caplog.records if record.name == "earshot.access"]


def test_the_process_lives_whatever_is_away(stranger, monkeypatch):
    def away():
        raise Unavailable("the database is away")

    monkeypatch.setattr(session, "reading", away)
    assert stranger.get("/livez").json() == {"status": "alive"}


def test_everything_there_is_ready_and_each_service_that_is_away_is_named(stranger, monkeypatch):
    for service in Service:
        monkeypatch.setitem(readiness.LOOKS, service, (lambda: "", "away"))
    assert stranger.get("/readyz").status_code == 200
    for service in Service:
        with monkeypatch.context() as broken:
            broken.setitem(readiness.LOOKS, service, (lambda: "It is gone.", "away"))
            readiness.look.cache_clear()
            answer = stranger.get("/readyz")
            assert answer.status_code == 503
            gone = {name for name, words in answer.json()["services"].items() if words != "ready"}
            assert gone == {service.value}


def test_what_is_away_is_said_without_any_secret(stranger, monkeypatch):
    def away(*_):
        raise Unavailable("postgresql://earshot:secret@host does not answer")

    monkeypatch.setattr(session, "reading", away)
    monkeypatch.setattr(deployment_control, "current_deployment", away)
    settings().local_folder.rename(settings().local_folder.with_name("gone"))
    answer = stranger.get("/readyz")
    assert answer.status_code == 503
    assert "secret" not in answer.text
    assert "ready" not in answer.json()["services"].values()


def test_a_service_that_hangs_is_away(stranger, monkeypatch):
    monkeypatch.setattr(readiness, "PATIENCE_S", 0.05)
    waits = threading.Event()
    monkeypatch.setitem(readiness.LOOKS, Service.STORAGE, (lambda: str(waits.wait(10)), "It is away."))
    answer = stranger.get("/readyz")
    waits.set()
    assert "0.05 s" in answer.json()["services"]["storage"]


def test_nothing_deployed_is_not_ready(stranger):
    assert "deploy one" in stranger.get("/readyz").json()["services"]["model"]


def test_metrics_are_for_this_machine_and_for_keys_of_their_own(stranger, monkeypatch):
    assert "earshot_requests_total" in stranger.get("/metrics").text
    for name, value in (("X-Forwarded-For", "10.0.0.1"), ("Host", "school.example"), ("Forwarded", "for=10.0.0.1")):
        assert stranger.get("/metrics", headers={name: value}).status_code == 401
    _, secret = key(Scope.METRICS)
    _, other = key(Scope.SCORE)
    elsewhere = {"X-Forwarded-For": "10.0.0.1"}
    assert stranger.get("/metrics", headers=elsewhere | bearer(secret)).status_code == 200
    assert stranger.get("/metrics", headers=elsewhere | bearer(other)).status_code == 403


@pytest.mark.usefixtures("scorer")
def test_metrics_count_requests_by_rule_and_decisions(stranger):
    _, secret = key()
    stranger.headers.pop("Origin")
    kind = {"Content-Type": "audio/wav"}
    stranger.post("/v1/decisions?source=anna", content=b"bad", headers=bearer(secret) | kind)
    text = stranger.get("/metrics").text
    assert 'earshot_decisions_total{decision="rejected"}' in text
    assert 'earshot_request_seconds_bucket{le="0.5",method="POST",route="/v1/decisions"}' in text
    assert "anna" not in text


def test_every_answer_has_a_request_id_that_its_line_in_the_log_has_too(visitor, lines):
    answer = visitor(Role.JUDGE).get("/api/me", headers={"X-Request-ID": "anna"})
    (line,) = [line for line in lines() if line["route"] == "/api/me"]
    assert line["request_id"] == answer.headers["x-request-id"] != "anna"
    assert (line["status"], line["method"]) == (200, "GET")


@pytest.mark.usefixtures("scorer")
def test_no_line_of_the_log_holds_a_pseudonym_a_file_name_a_query_or_a_key(stranger, lines):
    _, secret = key()
    stranger.post(
        "/v1/decisions?source=anna",
        files={"file": ("anna.wav", b"good")},
        data={"child": "anna"},
        headers=bearer(secret) | {"User-Agent": "anna"},
    )
    stranger.get("/v1/decisions/anna?anna", headers=bearer(secret))
    stranger.get("/anna/../anna.wav?child=anna")
    stranger.request("ANNA", "/v1/anna")
    assert len(lines()) >= 4
    assert "anna" not in json.dumps(lines()).lower()
    assert secret not in json.dumps(lines())

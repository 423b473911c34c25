"""Every trouble of the HTTP API for programs is one shape of problem, and repeats nothing."""

from __future__ import annotations

import pytest

from core.errors import NotFound, Unavailable
from core.workflows.accounts import api_keys
from core.workflows.deployment import scoring
from tests.programs import BROKEN, GOOD, ask, bearer, key, problem, program, scorer

pytestmark = pytest.mark.usefixtures("scorer")
__all__ = ["program", "scorer"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"content": BROKEN, "headers": {"Content-Type": "audio/wav"}}, 422),
        ({"content": b"", "headers": {"Content-Type": "audio/wav"}}, 422),
        ({"content": BROKEN, "headers": {"Content-Type": "application/json"}}, 415),
        ({"content": BROKEN, "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400),
        ({"content": BROKEN, "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"data": {"file": "secret child"}, "files": {"other": ("a", BROKEN)}}, 422),
        ({"files": [("file", ("secret child", BROKEN)), ("files", ("b", BROKEN))]}, 422),
        ({"content": GOOD, "params": {"timeout_ms": "secret child"}}, 422),
        ({"content": GOOD, "params": {"timeout_ms": "0"}}, 422),
        ({"content": GOOD, "params": {"source": "secret child" * 100}}, 422),
        ({"content": GOOD, "headers": {"Idempotency-Key": "secret child" * 30}}, 422),
    ],
)
def test_every_refusal_is_a_problem_that_repeats_nothing(program, sent, status):
    _, secret = key()
    headers = bearer(secret) | sent.pop("headers", {})
    answer = program.post("/v1/decisions", headers=headers, **sent)
    problem(answer, status)
    assert "secret child" not in answer.text


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1"), ("GET", "/v1/nothing"), ("DELETE", "/v1/decisions")])
def test_what_is_not_there_is_a_problem_too(program, method, path):
    _, secret = key()
    answer = program.request(method, path, headers=bearer(secret))
    assert answer.status_code in (404, 405)
    problem(answer, answer.status_code)
    problem(program.request(method, path), 401)


@pytest.mark.parametrize(("error", "status"), [(NotFound("nothing is deployed"), 404), (Unavailable("no worker"), 503)])
def test_trouble_while_deciding_is_a_problem(program, monkeypatch, error, status):
    def refuse(_files, **_more):
        raise error

    monkeypatch.setattr(scoring, "score_remote", refuse)
    _, secret = key()
    assert problem(ask(program, secret), status)["detail"] == str(error)


def test_a_recording_that_is_too_large_is_413_alone_and_in_its_place_among_others(program, monkeypatch):
    monkeypatch.setattr("pages.http.v1_bodies.BYTES_IN_MB", 1)
    _, secret = key()
    large = b"x" * 30
    problem(ask(program, secret, large), 413)
    sent = [("files", ("a", large)), ("files", ("b", GOOD))]
    items = program.post("/v1/decisions", files=sent, headers=bearer(secret)).json()["decisions"]
    assert items[0]["problem"]["status"] == 413
    assert items[1]["decision"]["decision"] == "accepted"


def test_a_body_larger_than_requests_may_be_is_a_problem(program, monkeypatch):
    monkeypatch.setattr("pages.http.bodies.FRAMING_BYTES", 10 - 100_000_000)
    _, secret = key()
    problem(ask(program, secret, b"x" * 100), 413)


def test_no_model_in_force_is_404(program):
    _, secret = key()
    problem(program.get("/v1/model", headers=bearer(secret)), 404)


def test_a_fault_is_a_problem_that_tells_nothing(program, monkeypatch):
    def faulty(_files, **_more):
        raise RuntimeError("secret of the server")

    monkeypatch.setattr(scoring, "score_remote", faulty)
    monkeypatch.setattr(program._transport, "raise_server_exceptions", False)
    _, secret = key()
    assert "secret" not in str(problem(ask(program, secret), 500))


def test_a_database_out_of_reach_is_a_problem(program, monkeypatch):
    def away(_secret):
        raise Unavailable("the database is locked")

    _, secret = key()
    monkeypatch.setattr(api_keys, "key_of_secret", away)
    problem(ask(program, secret), 503)

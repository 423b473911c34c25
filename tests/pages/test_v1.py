"""The HTTP API for programs: decisions, records, idempotency, deadlines, and one shape of trouble."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.api_keys import KeyLimits, Scope
from core.domain.labels import Role
from core.domain.models import Deployment, OperatingPoint
from core.domain.sources import SourcePoint, ThresholdBasis
from core.errors import NotFound, Unavailable
from core.workflows.accounts import api_keys, audit_log
from core.workflows.annotation import recording_search
from core.workflows.deployment import scoring
from db import decisions, deployments, session, source_points
from tests.audio_files import encode, tone
from tests.programs import bearer, key, score_remote, scorer

pytestmark = pytest.mark.usefixtures("scorer")
GOOD, BAD, BROKEN = b"good sound", b"bad sound", b"<html>secret child</html>"
SOUND = encode(tone(440, 1))
__all__ = ["scorer"]


@pytest.fixture
def program(stranger):
    """A client without cookie and Origin, as programs are."""
    stranger.headers.pop("Origin", None)
    return stranger


def problem(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["type"].startswith("urn:earshot:problem:")
    assert body["title"]
    return body


def ask(program, secret, content=GOOD, **more):
    headers = bearer(secret) | {"Content-Type": "audio/wav"} | more.pop("headers", {})
    return program.post("/v1/decisions", content=content, headers=headers, **more)


def test_a_raw_body_is_one_decision(program):
    _, secret = key()
    answer = ask(program, secret)
    assert answer.status_code == 200
    assert (answer.json()["decision"], answer.json()["reason"], answer.json()["model"]) == ("accepted", None, "m-1")


def test_a_form_with_a_file_is_one_decision_and_with_files_a_list(program):
    _, secret = key()
    one = program.post("/v1/decisions", files={"file": ("a.wav", BAD)}, headers=bearer(secret)).json()
    assert (one["decision"], one["reason"]) == ("rejected", "noise")
    sent = [("files", ("a.wav", GOOD)), ("files", ("b.wav", BROKEN)), ("files", ("c.wav", BAD))]
    several = program.post("/v1/decisions", files=sent, headers=bearer(secret)).json()["decisions"]
    assert [item["index"] for item in several] == [0, 1, 2]
    assert [item["decision"]["decision"] if item["decision"] else None for item in several] == [
        "accepted",
        None,
        "rejected",
    ]
    assert several[1]["problem"]["status"] == 422


def test_a_decision_is_read_again_by_its_id_and_holds_no_file_name(program):
    _, secret = key()
    sent = program.post(
        "/v1/decisions", files={"file": ("anna.wav", GOOD)}, data={"source": "school"}, headers=bearer(secret)
    )
    again = program.get(f"/v1/decisions/{sent.json()['id']}", headers=bearer(secret))
    assert again.json() == sent.json()
    assert again.json()["source"] == "school"
    assert "anna" not in again.text
    problem(program.get("/v1/decisions/nothing", headers=bearer(secret)), 404)


def test_unknown_revoked_and_expired_keys_get_401_in_the_same_words(program):
    revoked, revoked_secret = key(name="old")
    api_keys.revoke(revoked.name, actor=COMMAND_LINE)
    expiring, expired_secret = key(limits=KeyLimits(expires_at=session.now() + timedelta(hours=1)))
    with session.writing() as tx:
        tx.exec_driver_sql(f"UPDATE api_keys SET expires_at = '2020-01-01 00:00:00' WHERE id = {expiring.id}")
    answers = [ask(program, secret) for secret in (revoked_secret, expired_secret, "earshot_unknown", "", "x" * 500)]
    assert len({answer.text for answer in answers}) == 1
    for answer in answers:
        problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Basic {}", "{}", "Bearer {} {}", "bearer\t{}", "Token {}", "Bearer{}"])
def test_only_the_bearer_scheme_counts(program, header):
    _, secret = key()
    answer = program.post("/v1/decisions", content=GOOD, headers={"Authorization": header.replace("{}", secret)})
    problem(answer, 401)


def test_a_key_of_another_scope_gets_403_and_the_audit_log_names_it(program):
    named, secret = key(Scope.READ_DECISIONS, name="reader")
    problem(ask(program, secret), 403)
    assert audit_log.entries(action="refused").items[0].actor == f"key {named.name}"
    assert secret not in str(audit_log.entries().items)


def test_a_sign_in_without_a_key_opens_nothing_under_v1(visitor):
    browser = visitor(Role.ADMIN)
    problem(browser.post("/v1/decisions", content=GOOD), 403)
    problem(browser.get("/v1/model"), 403)


def test_a_key_with_a_cookie_needs_our_own_origin(visitor):
    browser = visitor(Role.STAFF)
    _, secret = key()
    problem(ask(browser, secret, headers={"Origin": "https://elsewhere.example"}), 403)
    assert ask(browser, secret, headers={"Origin": "http://localhost"}).status_code == 200


def test_a_key_may_be_bound_to_networks_and_sources(program):
    _, elsewhere = key(limits=KeyLimits(networks=("10.0.0.0/8",)))
    problem(ask(program, elsewhere), 403)
    _, bound = key(limits=KeyLimits(networks=("127.0.0.0/8",), sources=("school a",)))
    assert ask(program, bound).json()["source"] == "school a"
    problem(ask(program, bound, params={"source": "school b"}), 403)


def test_a_key_for_some_sources_reads_no_decision_of_others(program):
    _, secret = key()
    foreign = ask(program, secret, params={"source": "school b"}).json()["id"]
    _, bound = key(Scope.READ_DECISIONS, limits=KeyLimits(sources=("school a",)))
    problem(program.get(f"/v1/decisions/{foreign}", headers=bearer(bound)), 404)


def test_a_key_that_asks_too_often_is_asked_to_wait(program):
    _, secret = key(limits=KeyLimits(per_minute=2))
    assert [ask(program, secret).status_code for _ in range(3)] == [200, 200, 429]
    answer = ask(program, secret)
    problem(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 60


def test_the_same_idempotency_key_gets_the_stored_answer_and_another_body_422(program):
    _, secret = key()
    named = {"Idempotency-Key": "7f3a"}
    first = ask(program, secret, headers=named)
    assert ask(program, secret, headers=named).json() == first.json()
    assert ask(program, secret).json()["id"] != first.json()["id"]
    problem(ask(program, secret, BAD, headers=named), 422)
    problem(ask(program, secret, params={"source": "b"}, headers=named), 422)
    _, other = key()
    assert ask(program, other, BAD, headers=named).status_code == 200


def test_a_request_that_was_refused_may_be_sent_again_with_its_idempotency_key(program, monkeypatch):
    def away(_files, **_more):
        raise Unavailable("no worker")

    _, secret = key()
    with monkeypatch.context() as broken:
        broken.setattr(scoring, "score_remote", away)
        problem(ask(program, secret, headers={"Idempotency-Key": "a"}), 503)
    assert ask(program, secret, headers={"Idempotency-Key": "a"}).status_code == 200


def test_a_deadline_that_passes_is_504_and_the_answer_is_there_for_a_repetition(program, monkeypatch):
    is_late, has_ended = threading.Event(), threading.Event()

    def slow(files, **_more):
        is_late.wait(10)
        answers = score_remote(files)
        threading.Timer(0.3, has_ended.set).start()
        return answers

    monkeypatch.setattr(scoring, "score_remote", slow)
    _, secret = key()
    named = {"Idempotency-Key": "slow"}
    assert "50 ms" in problem(ask(program, secret, params={"timeout_ms": 50}, headers=named), 504)["detail"]
    problem(ask(program, secret, headers=named), 409)
    is_late.set()
    has_ended.wait(10)
    assert ask(program, secret, headers=named).json()["decision"] == "accepted"


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


def test_the_model_in_force_is_named_with_the_threshold_of_a_source(program, monkeypatch):
    now = session.now()
    point = OperatingPoint(1, "m-1", 0.1, 0.5, "ada", now, "")
    own = SourcePoint(1, "school a", "m-1", 0.1, 0.3, ThresholdBasis.JUDGED, 9, 9, {}, "ada", now, "")
    monkeypatch.setattr(deployments, "newest", lambda _tx: Deployment(1, point, "ada", now, ""))
    monkeypatch.setattr(source_points, "in_force", lambda _tx, _point, source: [own] if source == "school a" else [])
    _, secret = key()
    common = program.get("/v1/model", headers=bearer(secret)).json()
    assert (common["model"], common["am_target"], common["certainty"]) == ("m-1", 0.1, 0.5)
    assert (common["threshold"], common["threshold_basis"]) == (0.5, "common")
    assert common["since"].startswith(now.isoformat()[:19])
    of_source = program.get("/v1/model?source=school a", headers=bearer(secret)).json()
    assert (of_source["threshold"], of_source["threshold_basis"]) == (0.3, "judged")


def test_a_recording_is_brought_in_for_judging_once(program):
    _, secret = key(Scope.IMPORT)
    facts = {"source": "tablet", "child": "c-1", "language": "fr", "word": "chat"}
    sent = {"files": {"file": ("a.wav", SOUND)}, "data": facts, "headers": bearer(secret)}
    first, second = program.post("/v1/recordings", **sent), program.post("/v1/recordings", **sent)
    assert (first.status_code, first.json()["is_new"], second.json()["is_new"]) == (201, True, False)
    (recording,) = recording_search.search_recordings().items
    stated = (recording.recording.source, recording.recording.child, recording.recording.language)
    assert stated == ("tablet", "c-1", "fr")
    problem(program.post("/v1/recordings", files={"file": ("a.wav", BROKEN)}, headers=bearer(secret)), 422)
    problem(
        program.post(
            "/v1/recordings", files={"file": ("a.wav", SOUND)}, data={"language": "?"}, headers=bearer(secret)
        ),
        422,
    )


def test_decision_records_go_after_their_days(program):
    _, secret = key()
    old = ask(program, secret).json()["id"]
    with session.writing() as tx:
        tx.exec_driver_sql("UPDATE decisions SET decided_at = '2020-01-01 00:00:00'")
    ask(program, secret)
    with session.reading() as tx:
        assert decisions.get(tx, old) is None


def test_the_description_names_the_key_every_status_and_files(program):
    _, secret = key()
    described = program.get("/v1/openapi.json", headers=bearer(secret)).json()
    assert described["openapi"].startswith("3.1")
    assert described["components"]["securitySchemes"]["key"] | {"description": ""} == {
        "type": "http",
        "scheme": "bearer",
        "description": "",
    }
    for path, methods in described["paths"].items():
        assert path.startswith("/v1/")
        for operation in methods.values():
            assert operation["security"] == [{"key": []}]
            for status in ("401", "403", "429", "503"):
                assert list(operation["responses"][status]["content"]) == ["application/problem+json"]
    form = described["components"]["schemas"]["RecordingForm"]
    assert form["properties"]["file"]["format"] == form["properties"]["files"]["items"]["format"] == "binary"


def test_the_page_for_people_shows_every_address_and_runs_our_script_only(visitor):
    page = visitor(Role.STAFF).get("/v1/docs", headers={"Accept": "text/html"})
    for operation in ("POST /v1/decisions", "GET /v1/decisions/{decision_id}", "GET /v1/model", "POST /v1/recordings"):
        assert operation in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    (script,) = re.findall(r'<script type="module" src="([^"]+)"></script>', page.text)
    assert "form_request.js" in visitor(Role.STAFF).get(script).text
    assert visitor(Role.JUDGE).get("/v1/docs").status_code == 403
    assert visitor(None).get("/v1/docs", headers={"Accept": "text/html"}).status_code == 303


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


def test_why_is_said_in_sentences_of_the_language_asked_for(program):
    _, secret = key()
    asked = ask(program, secret, content=BAD).json()["id"]
    english = program.get(f"/v1/decisions/{asked}/why", headers=bearer(secret)).json()
    french = program.get(f"/v1/decisions/{asked}/why?language=fr", headers=bearer(secret)).json()
    assert english["decision"] == "rejected"
    assert "was refused by the model m-1" in english["sentences"][0]
    assert "a été refusé par le modèle m-1" in french["sentences"][0]
    problem(program.get("/v1/decisions/nothing/why", headers=bearer(secret)), 404)
    _, scoring_only = key(Scope.SCORE)
    problem(program.get(f"/v1/decisions/{asked}/why", headers=bearer(scoring_only)), 403)


def test_a_key_for_a_source_is_not_told_why_of_another(program):
    _, secret = key()
    asked = ask(program, secret, params={"source": "school b"}).json()["id"]
    _, of_another = key(Scope.READ_DECISIONS, limits=KeyLimits(sources=("school a",)))
    problem(program.get(f"/v1/decisions/{asked}/why", headers=bearer(of_another)), 404)

"""The HTTP API for programs: decisions, records, idempotency, deadlines, the model, recordings."""

from __future__ import annotations

import threading

import pytest

from core.domain.api_keys import Scope
from core.domain.models import Deployment, OperatingPoint
from core.domain.sources import SourcePoint, ThresholdBasis
from core.errors import Unavailable
from core.workflows.annotation import recording_search
from core.workflows.deployment import scoring
from db import decisions, deployments, session, source_points
from tests.audio_files import encode, tone
from tests.programs import BAD, BROKEN, GOOD, ask, bearer, key, problem, program, score_remote, scorer

pytestmark = pytest.mark.usefixtures("scorer")
SOUND = encode(tone(440, 1))
__all__ = ["program", "scorer"]


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

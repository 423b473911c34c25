"""The HTTP API: decisions for signed-in staff."""

from __future__ import annotations

import pytest

from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import NotFound, Unavailable
from core.workflows.deployment import decision_log, scoring
from tests.programs import score_remote

FILES = [("files", ("one.wav", b"one")), ("files", ("two.webm", b"two"))]


@pytest.fixture(autouse=True)
def deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    def score_remote(files):
        for name, data in files:
            yield {"file": name, "decision": "accepted", "reason": None, "p_accepted": len(data) / 10, "model": "m"}

    monkeypatch.setattr(scoring, "score_remote", score_remote)


def test_each_file_gets_its_answer_in_order(visitor):
    answer = visitor(Role.STAFF).post("/api/score", files=FILES)
    assert answer.status_code == 200
    assert all("reason" in one and "error" not in one for one in answer.json())
    assert [(one["file"], one["decision"]) for one in answer.json()] == [
        ("one.wav", "accepted"),
        ("two.webm", "accepted"),
    ]


def test_a_file_that_is_too_large_keeps_nobody_waiting(visitor, monkeypatch):
    monkeypatch.setattr("pages.http.api.BYTES_IN_MB", 1)
    limit = int(settings().max_recording_mb)
    large = ("files", ("large.wav", b"x" * (limit + 1)))
    first, second = visitor(Role.STAFF).post("/api/score", files=[large, FILES[0]]).json()
    assert first == {"file": "large.wav", "error": f"larger than {limit} MB"}
    assert second["decision"] == "accepted"


@pytest.mark.parametrize(("error", "status"), [(NotFound("nothing is deployed"), 404), (Unavailable("no worker"), 503)])
def test_a_refusal_comes_with_its_words_and_a_status(visitor, monkeypatch, error, status):
    def refuse(_files):
        raise error

    monkeypatch.setattr(scoring, "score_remote", refuse)
    answer = visitor(Role.STAFF).post("/api/score", files=FILES)
    assert (answer.status_code, answer.json()) == (status, {"error": str(error)})


def test_too_many_files_are_refused(visitor, monkeypatch):
    monkeypatch.setattr("pages.http.api.MAX_FILES", 1)
    assert visitor(Role.STAFF).post("/api/score", files=FILES).status_code == 422


def test_judges_do_not_score(visitor):
    assert visitor(Role.JUDGE).post("/api/score", files=FILES).status_code == 403


def test_the_documentation_needs_nothing_from_elsewhere(visitor):
    page = visitor(Role.STAFF).get("/api/docs")
    assert "POST /api/score" in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_record_is_left_where_one_is_asked_for(visitor, monkeypatch):
    monkeypatch.setattr(scoring, "score_remote", score_remote)
    staff = visitor(Role.STAFF)
    sound = ("files", ("a.wav", b"good"))
    assert "id" not in staff.post("/api/score", files=[sound]).json()[0]
    (answer,) = staff.post("/api/score", files=[sound], data={"record": "true"}).json()
    logged = decision_log.look_up(answer["id"], actor=COMMAND_LINE)
    assert (logged.record.key_id, logged.record.inclusion, logged.sampled) == (None, None, None)

"""The judge's desk over HTTP, through the guard as a browser meets it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label, Role
from core.workflows.accounts import accounts
from core.workflows.annotation import desk_preferences, judge_desk, protocols, qualification_items
from core.workflows.annotation.protocols import QualificationProtocol
from pages.http import cookie, judging
from tests.annotation.people import add_recordings, give, lay, person
from tests.whole_app import account_and_token


class Browser:
    """A signed-in browser at the desk."""

    def __init__(self, client: TestClient, role: Role, name: str) -> None:
        self.account, token = account_and_token(role, name)
        self.client = client
        client.cookies.set(cookie.NAME, cookie.sign(token))

    def post(self, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        who = {"account": self.account.id, "sitting": "tab"}
        answer = self.client.post(f"/judging/{path}", json=who | body)
        return answer.status_code, answer.json()

    def label(self, recording_id: int, label: str = "Noise", request_id: str = "r1", **more: Any) -> tuple[int, dict]:
        lay(self.account, recording_id)
        told = {"request_id": request_id, "recording_id": recording_id, "round": 1, "label": label}
        return self.post("judgements", **{"seconds_heard": 1.0} | told | more)


@pytest.fixture
def anna(stranger: TestClient) -> Browser:
    return Browser(stranger, Role.JUDGE, "anna")


@pytest.fixture
def only(anna: Browser) -> int:
    return add_recordings(1)[0]


def test_the_desk_gives_what_a_judge_may_know_and_nothing_else(anna: Browser, only: int) -> None:
    status, desk = anna.post("desk", count=3)
    assert status == 200
    assert desk == {
        "items": [{"recording_id": only, "round": 1, "language": "en", "word": "word0", "duration_s": 1.0}],
        "done_today": 0,
        "left": 1,
        "elsewhere": 0,
        "qualification": None,
        "team": {"done_today": 0, "target": 0},
        "protocol": {
            "id": 0,
            "waveform": True,
            "spectrogram": False,
            "heard_share": 1.0,
            "heard_s": 2.0,
            "word_shown": "before",
        },
    }


def test_the_own_labels_come_with_all_that_hearing_and_changing_them_needs(anna: Browser, only: int) -> None:
    anna.label(only)
    status, answer = anna.post("labels")
    assert status == 200
    (own,) = answer["labels"]
    assert (own["request_id"], own["label"], own["can_change"]) == ("r1", "Noise", True)
    assert own["item"]["recording_id"] == only
    assert own["decided_at"].endswith("Z")


def test_a_label_is_stored_once_however_often_it_is_sent(anna: Browser, only: int) -> None:
    answers = [anna.label(only, seconds_heard=0.9, replays=1, decision_s=1.5) for _ in range(2)]
    assert [status for status, _ in answers] == [200, 200]
    assert [answer["already"] for _, answer in answers] == [False, True]
    assert answers[0][1]["label"] == "Noise"


def test_undo_and_skip_give_the_recording_back(anna: Browser, only: int) -> None:
    anna.label(only)
    status, answer = anna.post("undo", request_id="r1")
    assert (status, answer["item"]["recording_id"]) == (200, only)
    assert anna.post("undo") == (200, {"item": None})
    assert anna.post("skip", recording_id=only, round=1) == (200, {"skipped": only})


def test_a_refused_label_is_a_conflict_in_words(anna: Browser, only: int) -> None:
    anna.label(only)
    status, answer = anna.label(only, "Accepted", "r2")
    assert status == 409
    assert "Noise stands" in answer["error"]
    assert anna.label(999, request_id="r3")[0] == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": "Silence"},
        {"recording_id": "one"},
        {"recording_id": 2**40},
        {"request_id": ""},
        {"request_id": "r" * 65},
        {"seconds_heard": -1},
        {"decision_s": float("1e9")},
        {"round": 0},
        {"sitting": None},
    ],
)
def test_what_is_not_understood_is_named(anna: Browser, only: int, wrong: dict[str, Any]) -> None:
    body = {"request_id": "r", "recording_id": only, "round": 1, "label": "Noise"} | wrong
    status, answer = anna.post("judgements", **body)
    assert status == 400
    assert next(iter(wrong)) in answer["error"]


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"{", 400), (b"[]", 400), (b"\xff", 400), (b"x" * 20_000, 413)]
)
def test_bodies_that_are_no_request_are_refused_in_words(anna: Browser, body: bytes, status: int) -> None:
    answer = anna.client.post("/judging/judgements", content=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_an_unheard_label_is_refused_in_words(anna: Browser, only: int) -> None:
    status, answer = anna.label(only, seconds_heard=0.3)
    assert status == 400
    assert answer["error"].startswith("You heard 0.3 s of this recording and 1.0 s are needed")


def test_what_a_judge_likes_is_kept_and_the_language_with_it(anna: Browser) -> None:
    liked = {"speed": 1.5, "volume_db": -6, "is_looping": True, "keys": {"skip": ["x"]}, "has_keys": False}
    status, answer = anna.post("preferences", **liked, speaks="fr")
    assert (status, answer) == (200, liked | {"speaks": "fr"})
    assert desk_preferences.preferences_of(anna.account).keys == {"skip": ("x",)}
    assert not desk_preferences.preferences_of(anna.account).has_keys
    assert accounts.account_named("anna").speaks == "fr"


def test_what_cannot_be_liked_is_refused_in_words(anna: Browser) -> None:
    assert anna.post("preferences", speed=7) == (400, {"error": "The speed must be between 0.5 and 2; 7 is not."})
    assert anna.post("preferences", speaks="tlh")[0] == 400
    assert accounts.account_named("anna").speaks == "en"


def test_a_label_made_under_another_sign_in_is_not_taken(anna: Browser, only: int) -> None:
    status, answer = anna.label(only, account=person("bert").id)
    assert status == 401
    assert "anna is signed in" in answer["error"]
    assert judge_desk.next_assignments(anna.account, session_id="tab").done_today == 0


def test_a_stranger_gets_nothing(stranger: TestClient) -> None:
    assert stranger.post("/judging/desk", json={"account": 1, "sitting": "tab"}).status_code == 401


def test_the_day_begins_at_the_judges_own_midnight(anna: Browser, only: int) -> None:
    anna.label(only)
    days = [anna.post("desk", utc_offset_minutes=minutes)[1]["done_today"] for minutes in (-720, 0, 720)]
    assert all(done in (0, 1) for done in days)
    assert 1 in days


def test_no_answer_ever_tells_another_judges_label(anna: Browser) -> None:
    first, second, third = add_recordings(3)
    bert, cleo = person("bert"), person("cleo")
    plant(bert, first, second, third)
    lay(anna.account, second)
    told = [anna.post("desk", count=3), anna.label(first, "Noise", "a"), anna.label(first, "Noise", "b")]
    told += [anna.post("undo", request_id="a"), anna.post("undo"), anna.post("skip", recording_id=second, round=1)]
    plant(cleo, third)
    told += [anna.label(third, "Noise", "c"), anna.post("undo", request_id="c"), anna.post("desk", count=3)]
    told += [anna.label(second, "Noise", "d"), anna.post("desk", take_over=True)]
    assert [status for status, _ in told if status == 409] == [409, 409]
    assert "Speechless" not in repr(told)
    assert "bert" not in repr(told)
    assert "cleo" not in repr(told)


def test_a_new_judge_is_told_what_was_right_and_how_far_it_is(anna: Browser, only: int) -> None:
    plant(person("bert"), only)
    plant(person("cleo"), only)
    qualification_items.add(only, actor=COMMAND_LINE)
    protocols.set_qualification(QualificationProtocol(True, mark=1.0, at_least=2), actor=COMMAND_LINE)
    come = {"answered": 0, "right": 0, "needed": 2, "mark": 1.0, "has_passed": False}
    desk = anna.post("desk")[1]
    assert (desk["qualification"], "Speechless" in repr(desk)) == (come, False)
    status, answer = anna.label(only, "Noise", seconds_heard=1.0)
    assert (status, answer["feedback"]) == (200, {"is_right": False, "expected": "Speechless"})
    assert answer["qualification"] == come | {"answered": 1}


def plant(judge: Account, *recording_ids: int) -> None:
    for recording_id in recording_ids:
        give(judge, recording_id, Label.SPEECHLESS)


def test_the_desk_is_described_for_staff(visitor: Any) -> None:
    described = visitor(Role.STAFF).get("/judging/openapi.json").json()
    assert set(described["paths"]) == {"/desk", "/judgements", "/labels", "/undo", "/skip", "/preferences"}
    assert described["servers"] == [{"url": "/judging"}]
    post = described["paths"]["/judgements"]["post"]
    assert "seconds_heard" in post["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert {"200", "400", "401", "403", "404", "409", "503"} <= set(post["responses"])
    assert visitor(Role.JUDGE).get("/judging/openapi.json").status_code != 200


def test_answers_are_what_the_description_says(anna: Browser, only: int) -> None:
    _, desk = anna.post("desk", count=3)
    judging.DeskAnswer.model_validate(desk)
    TypeAdapter(judge_desk.SavedJudgement).validate_python(anna.label(only)[1])
    judging.UndoAnswer.model_validate(anna.post("undo", request_id="r1")[1])
    judging.SkipAnswer.model_validate(anna.post("skip", recording_id=only, round=1)[1])
    judging.PreferencesAnswer.model_validate(anna.post("preferences")[1])


@pytest.mark.parametrize(
    "wrong",
    [{"request_id": "\0"}, {"comment": "a\0b"}, {"sitting": "\0"}, {"round": 2**63}, {"account": 10**40}],
)
def test_what_no_database_takes_is_not_understood(anna: Browser, only: int, wrong: dict[str, Any]) -> None:
    assert anna.label(only, **wrong)[0] in (400, 401)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "x", ""])
def test_a_body_is_read_whatever_its_content_type_says(anna: Browser, content_type: str) -> None:
    body = f'{{"account": {anna.account.id}, "sitting": "tab"}}'
    answer = anna.client.post("/judging/desk", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 200

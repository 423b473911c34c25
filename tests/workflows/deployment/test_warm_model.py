"""The scorers follow what is deployed: swaps under load, models that cannot be loaded, queues, deadlines."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from core import config
from core.config import settings
from core.domain.sources import ThresholdBasis
from core.errors import DeadlinePassed, NotFound, QueueFull, Refused, Unavailable
from core.workflows.deployment import scoring, warm_model
from core.workflows.deployment.warm_model import WarmModel
from core.workflows.serving import deadlines
from db import deployments, models, session, source_points
from tests.workflows.served_models import SOUND, deploy, publish

PATIENCE_S = 30.0
MANY = 800  # recordings in one request: some seconds of work
GOOD, BAD = 2.0, -2.0


@pytest.fixture(autouse=True)
def one_scorer(database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_SCORERS", "1")
    config.settings.cache_clear()


@pytest.fixture
def warm() -> Iterator[WarmModel]:
    """The scorers, loaded with `first`, which accepts everything."""
    publish("first", score=GOOD)
    deploy("first")
    assert ask()["model"] == "first"
    return warm_model.warm_model()


def ask(n: int = 1, **more: object) -> dict:
    return scoring.score_remote([("a.wav", SOUND)] * n, **more)[-1]


def until_decided_by(model_id: str) -> float:
    """Seconds until that model decides."""
    begun = time.monotonic()
    while ask()["model"] != model_id:
        assert time.monotonic() - begun < PATIENCE_S
    return time.monotonic() - begun


def test_nothing_deployed_is_named_and_starts_nothing() -> None:
    with pytest.raises(NotFound, match="deploy one"):
        ask()


def test_the_scorers_say_what_scoring_in_this_process_says(warm: WarmModel) -> None:
    assert scoring.score_remote([("a.wav", SOUND)]) == list(scoring.score([("a.wav", SOUND)]))


def test_files_that_cannot_be_used_have_their_reason_and_the_others_their_decision(warm: WarmModel) -> None:
    answers = scoring.score_remote([("a", SOUND), ("b", b"<html>"), ("c", SOUND)])
    assert [answer.get("decision", "error") for answer in answers] == ["accepted", "error", "accepted"]
    assert [answer["file"] for answer in answers] == ["a", "b", "c"]


def test_another_model_takes_over_under_load_and_every_request_is_answered_by_one_of_them(warm: WarmModel) -> None:
    publish("second", score=BAD)
    ended = threading.Event()
    answers: list[dict] = []

    def go_on() -> None:
        while not ended.is_set():
            answers.append(ask())

    with ThreadPoolExecutor(3) as threads:
        loads = [threads.submit(go_on) for _ in range(3)]
        time.sleep(0.2)
        deploy("second")
        deadline = time.monotonic() + PATIENCE_S
        while not any(answer["model"] == "second" for answer in list(answers)) and time.monotonic() < deadline:
            time.sleep(0.02)
        ended.set()
        for load in loads:
            load.result(PATIENCE_S)
    decisions = {(answer["model"], answer["decision"]) for answer in answers}
    assert decisions == {("first", "accepted"), ("second", "rejected")}


def test_another_threshold_of_the_same_model_counts_at_once(warm: WarmModel) -> None:
    pids = warm.scorers.pool.pids
    deploy("first", threshold=0.99)
    answer = ask()
    assert (answer["decision"], answer["threshold"]) == ("rejected", 0.99)
    assert warm.scorers.pool.pids == pids


def test_a_model_that_cannot_be_loaded_leaves_the_one_before_in_force_and_the_state_names_it(warm: WarmModel) -> None:
    publish("second", score=BAD)
    shutil.rmtree(settings().models / "second" / "multiclass")
    deploy("second")
    deadline = time.monotonic() + PATIENCE_S
    while not warm.state().trouble:
        assert ask()["model"] == "first"
        assert time.monotonic() < deadline
    assert "first goes on deciding" in warm.state().trouble
    assert ask() | {} == ask()
    deploy("first")
    time.sleep(2 * warm_model.LOOK_EVERY_S)
    assert warm.state().trouble == ""


def test_a_model_that_cannot_be_loaded_at_all_is_refused_in_words() -> None:
    publish("first", score=GOOD)
    shutil.rmtree(settings().models / "first")
    deploy("first")
    with pytest.raises(Unavailable, match="is not in"):
        ask()


def test_a_withdrawn_model_decides_no_more_while_the_next_is_loaded(warm: WarmModel) -> None:
    publish("second", score=BAD)
    deploy("second")
    until_decided_by("second")
    with session.writing() as tx:
        models.withdraw(tx, ["second"], session.now())
    assert ask()["model"] == "first"


def test_a_full_queue_refuses_at_once_and_says_when_to_ask_again(
    warm: WarmModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm.scorers, "_most", 2)
    (pid,) = warm.scorers.pool.pids
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(ask) for _ in range(2)]
        while warm.scorers._n_admitted < 2:
            time.sleep(0.01)
        begun = time.monotonic()
        with pytest.raises(QueueFull) as full:
            ask()
        assert time.monotonic() - begun < 5
        assert full.value.retry_after_s >= 1
        os.kill(pid, signal.SIGCONT)
        assert [answer.result(PATIENCE_S)["decision"] for answer in waiting] == ["accepted"] * 2
    assert ask()["decision"] == "accepted"


def test_a_request_past_its_deadline_is_given_up(warm: WarmModel) -> None:
    (pid,) = warm.scorers.pool.pids
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(ask)
        while warm.scorers.pool._free:
            time.sleep(0.01)
        with deadlines.within(0.2), pytest.raises(DeadlinePassed):
            ask()
        os.kill(pid, signal.SIGCONT)
        first.result(PATIENCE_S)


def test_a_request_with_many_recordings_keeps_nobody_out(warm: WarmModel) -> None:
    with ThreadPoolExecutor(1) as thread:
        many = thread.submit(scoring.score_remote, [("a.wav", SOUND)] * MANY)
        while not warm.scorers._n_admitted:
            time.sleep(0.001)
        ask()
        assert not many.done()
        assert len(many.result(PATIENCE_S)) == MANY


def test_a_source_that_is_too_long_is_refused_before_anything_is_asked(warm: WarmModel) -> None:
    with pytest.raises(Refused, match="at most"):
        ask(source="x" * 200)


def test_a_file_that_is_too_large_has_its_reason_and_the_others_their_decision(
    warm: WarmModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_MAX_RECORDING_MB", "0.1")
    config.settings.cache_clear()
    large, small = scoring.score_remote([("a", SOUND + bytes(200_000)), ("b", SOUND)])
    assert "MB" in large["error"]
    assert small["decision"] == "accepted"


def test_a_process_waits_for_the_next_model_and_ends_with_the_others(warm: WarmModel) -> None:
    spare = warm.scorers._spare._waiting
    assert spare is not None
    assert spare.is_alive
    os.kill(spare.pid, signal.SIGKILL)  # one that was killed meanwhile is no hindrance
    publish("second", score=BAD)
    deploy("second")
    until_decided_by("second")
    following = warm.scorers._spare._waiting
    assert following is not None
    warm_model.close()
    assert not following.is_alive


def test_a_threshold_of_its_own_counts_in_a_source_at_once_and_elsewhere_not(warm: WarmModel) -> None:
    assert ask(source="school")["threshold_basis"] == "common"
    with session.writing() as tx:
        now = deployments.newest(tx)
        assert now is not None
        figures: dict = {"threshold": 0.99, "basis": ThresholdBasis.JUDGED, "n": 10, "n_judged": 10, "figures": {}}
        source_points.add(tx, "school", now.operating_point, **figures, account_id=None, reason="")
    answer = ask(source="school")
    assert (answer["decision"], answer["threshold"], answer["threshold_basis"]) == ("rejected", 0.99, "judged")
    assert ask()["decision"] == ask(source="other")["decision"] == "accepted"

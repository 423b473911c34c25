"""Scorers of one model: what becomes of recordings when processes are killed, hang, grow or cannot be started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from core.errors import Refused, Unavailable, UndecodableAudio
from core.workflows.serving import scorer_process
from core.workflows.serving.scored_sound import ScoredSound
from core.workflows.serving.scorer_order import ScorerLimits, ScorerOrder
from core.workflows.serving.scorer_pool import ScorerPool
from core.workflows.serving.scorer_process import ScorerProcess
from tests import audio_files
from tests.workflows.served_models import SOUND, write_folder

PATIENCE_S = 30.0
START_POOL = """
import os, sys, time
from core.workflows.serving.scorer_order import ScorerOrder
from core.workflows.serving.scorer_pool import ScorerPool
pool = ScorerPool(ScorerOrder("m", sys.argv[1], {"steady": ""}), processes=1)
pool.start()
print(*pool.pids, flush=True)
time.sleep(60)
"""


def order(limits: ScorerLimits | None = None) -> ScorerOrder:
    return ScorerOrder("m", write_folder("m", score=2.0), {"steady": ""}, {}, limits or ScorerLimits())


def started(*, processes: int = 1, limits: ScorerLimits | None = None) -> ScorerPool:
    pool = ScorerPool(order(limits), processes=processes)
    pool.start()
    return pool


@pytest.fixture
def pool() -> Iterator[ScorerPool]:
    with contextlib.closing(started()) as running:
        yield running


def eventually(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextlib.contextmanager
def asked_of_a_stopped_process(pool: ScorerPool) -> Iterator[tuple[int, Future[ScoredSound]]]:
    """The process that has a recording and does not go on with it, and what will come of that."""
    (pid,) = pool.pids
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(pool.score, SOUND)
        eventually(lambda: not pool._free)
        time.sleep(0.1)
        yield pid, answer


def test_a_recording_has_the_answer_of_the_model(pool: ScorerPool) -> None:
    scored = pool.score(SOUND)
    assert scored.p_accepted == pytest.approx(0.787, abs=0.001)
    assert scored.duration_s == pytest.approx(1.0)
    assert ScoredSound.from_json(scored.as_json()).as_json() == scored.as_json()


def test_what_is_no_recording_is_refused_and_the_process_goes_on(pool: ScorerPool) -> None:
    before = pool.pids
    for data in (b"", b"<html>", SOUND[:60], audio_files.encode(audio_files.tone(330, 40.0))):
        with pytest.raises(UndecodableAudio):
            pool.score(data)
    assert pool.score(SOUND).p_accepted > 0.5
    assert pool.pids == before


def test_a_killed_scorers_recording_goes_to_another_one(pool: ScorerPool) -> None:
    with asked_of_a_stopped_process(pool) as (pid, answer):
        os.kill(pid, signal.SIGKILL)
        assert answer.result(PATIENCE_S).p_accepted > 0.5
    assert pid not in pool.pids


def test_a_recording_whose_scorers_are_killed_twice_is_refused_in_words(
    pool: ScorerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(process: ScorerProcess, data: bytes) -> None:
        os.kill(process.pid, signal.SIGKILL)
        return real(process, data)

    real = ScorerProcess.score
    monkeypatch.setattr(ScorerProcess, "score", killed)
    with pytest.raises(Unavailable, match="twice"):
        pool.score(SOUND)
    monkeypatch.undo()
    assert pool.score(SOUND).p_accepted > 0.5


def test_a_recording_that_crashes_the_decoder_is_refused_and_not_tried_again(pool: ScorerPool) -> None:
    with asked_of_a_stopped_process(pool) as (pid, answer):
        os.kill(pid, signal.SIGSEGV)
        os.kill(pid, signal.SIGCONT)
        with pytest.raises(UndecodableAudio, match="crashes"):
            answer.result(PATIENCE_S)
    assert pool.score(SOUND).p_accepted > 0.5


def test_a_scorer_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scorer_process, "SLOW_MACHINE", 0.2)
    with contextlib.closing(started()) as pool, asked_of_a_stopped_process(pool) as (pid, answer):
        assert answer.result(PATIENCE_S).p_accepted > 0.5
        assert not psutil.pid_exists(pid)


def test_a_recording_that_takes_too_much_of_a_processor_is_refused(pool: ScorerPool) -> None:
    with asked_of_a_stopped_process(pool) as (pid, answer):
        os.kill(pid, signal.SIGXCPU)
        os.kill(pid, signal.SIGCONT)
        with pytest.raises(UndecodableAudio, match="longer than 5 s"):
            answer.result(PATIENCE_S)


def test_a_scorer_that_has_grown_is_replaced_and_no_answer_is_lost() -> None:
    with contextlib.closing(started(limits=ScorerLimits(growth_mb=-1000))) as pool:
        before = pool.pids
        with ThreadPoolExecutor(3) as threads:
            answers = list(threads.map(pool.score, [SOUND] * 30))
        assert {round(answer.p_accepted, 3) for answer in answers} == {0.787}
        eventually(lambda: pool.pids and not set(before) & set(pool.pids))


def test_a_recording_for_which_there_is_no_memory_is_refused_in_words() -> None:
    with contextlib.closing(started(limits=ScorerLimits(memory_mb=1, max_duration_s=600))) as pool:
        with pytest.raises((UndecodableAudio, Unavailable)) as refused:
            pool.score(audio_files.encode(audio_files.tone(330, 60.0)))
        assert str(refused.value)


def test_what_died_unasked_is_replaced(pool: ScorerPool) -> None:
    (pid,) = pool.pids
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: pool.mend() or (pool.pids and pid not in pool.pids))
    assert pool.score(SOUND).p_accepted > 0.5


def test_a_recording_that_waits_past_its_deadline_is_given_up(pool: ScorerPool) -> None:
    with asked_of_a_stopped_process(pool) as (pid, answer):
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            pool.score(SOUND, deadline_s=time.monotonic() + 0.2)
        assert time.monotonic() - begun < 5
        os.kill(pid, signal.SIGCONT)
        assert answer.result(PATIENCE_S).p_accepted > 0.5


def test_a_model_that_cannot_be_loaded_is_named() -> None:
    folder = Path(write_folder("broken", score=1.0))
    (folder / "multiclass/classical.json").write_text("{")
    with pytest.raises(Refused, match="JSON"):
        ScorerPool(ScorerOrder("broken", str(folder), {"steady": ""}), processes=1).start()


def test_when_no_process_can_be_started_whoever_waits_is_told_at_once(
    pool: ScorerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot_start(_order: ScorerOrder) -> None:
        raise Unavailable("there is no memory left")

    monkeypatch.setattr(pool, "_load", cannot_start)
    os.kill(pool.pids[0], signal.SIGKILL)
    with pytest.raises(Unavailable, match="no memory left"):
        pool.score(SOUND)


def test_a_pool_that_retires_answers_what_it_was_asked() -> None:
    pool = started()
    with asked_of_a_stopped_process(pool) as (pid, answer):
        with pool.in_use():
            retiring = threading.Thread(target=pool.retire)
            retiring.start()
            os.kill(pid, signal.SIGCONT)
            assert answer.result(PATIENCE_S).p_accepted > 0.5
            assert pool.pids == [pid]
        retiring.join(PATIENCE_S)
    assert not psutil.pid_exists(pid)


def test_a_closed_pool_leaves_no_process_and_refuses_in_words() -> None:
    pool = started(processes=2)
    eventually(lambda: len(pool.pids) == 2)
    pids = pool.pids
    pool.close()
    assert not any(psutil.pid_exists(pid) for pid in pids)
    with pytest.raises(Unavailable, match="ending"):
        pool.score(SOUND)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("is_stopped", [False, True])
def test_no_scorer_outlives_whoever_started_it(how: signal.Signals, is_stopped: bool) -> None:
    folder = write_folder("m", score=1.0)
    parent = subprocess.Popen([sys.executable, "-c", START_POOL, folder], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    scorer = psutil.Process(pid)
    if is_stopped:  # busy, for what its parent can see
        os.kill(pid, signal.SIGSTOP)
    parent.send_signal(how)
    parent.wait(PATIENCE_S)
    parent.stdout.close()
    if is_stopped:
        os.kill(pid, signal.SIGCONT)
    eventually(lambda: not scorer.is_running() or scorer.status() == psutil.STATUS_ZOMBIE)


def test_a_scorer_sees_no_setting_and_loads_nothing_heavy(pool: ScorerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    process = psutil.Process(pool.pids[0])
    assert not [name for name in process.environ() if name.startswith("EARSHOT")]
    mapped = " ".join(entry.path for entry in process.memory_maps())
    for heavy in ("tensorflow", "pandas", "sqlalchemy", "streamlit", "pyarrow", "sklearn", "distributed"):
        assert heavy not in mapped, heavy
    assert process.memory_info().rss < 200e6

"""How fast judging is: 8 judges at once on 20,000 recordings, over HTTP against a real server, then keys in Chromium.

    python -m bench.judging [--judges 8] [--recordings 20000] [--seconds 15] [--keys 40]

Each judge does what the browser does: sends a label, asks for more when fewer than four recordings lie ahead (with
figures every twentieth label), and fetches the sound of each recording. Server time is what a judge waits for a label
to be answered, and for the desk, on this machine, with the judges' own work on the same cores.

Exits with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from bench import keys
from core import config
from core.audio import store
from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label
from core.workflows.annotation import protocols
from core.workflows.annotation.protocols import DeskProtocol
from db import children, schema, session
from tests import audio_files
from tests.serving import HttpJudge, Served

GOAL_LABELS_A_SECOND = 200.0
GOAL_SERVER_P95_MS = 50.0
GOAL_KEY_P95_MS = 150.0
SOUNDS, SOUND_S = 40, 0.6
REFILL_BELOW, LYING_AHEAD, FIGURES_EVERY = 4, 6, 20

Times = dict[str, list[float]]


def main() -> None:
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="earshot-bench-") as folder:
        os.environ |= {"EARSHOT_STORAGE": f"{folder}/storage", "EARSHOT_MODELS": f"{folder}/models"}
        config.settings.cache_clear()
        session.prepare()
        fill(asked.recordings)
        # scripted judges hear nothing; in Chromium the sound is cut short by the next key
        protocols.set_desk(DeskProtocol(heard_share=0.0), actor=COMMAND_LINE)
        server = Served(Path(folder) / "server.log")
        server.start()
        try:
            missed = _labels(server, asked.judges, asked.seconds) + _keys(server, asked.keys)
        finally:
            server.kill()
            session.engine().dispose()
    sys.exit(1 if missed else 0)


def fill(count: int) -> None:
    """Recordings of 200 children; a few sounds, each under many hashes."""
    now = session.now()
    paths = [_sound(number) for number in range(SOUNDS)]
    hashes = [f"{number:064x}" for number in range(count)]
    for number, sha256 in enumerate(hashes):
        place = paths[0].parents[1] / sha256[:2] / f"{sha256}.wav"
        place.parent.mkdir(exist_ok=True)
        os.link(paths[number % SOUNDS], place)
    with session.writing() as tx:
        owners = [children.find_or_add(tx, f"child-{number}").id for number in range(200)]
        common = {"extension": "wav", "duration_s": SOUND_S, "sample_rate_hz": 16_000, "size_bytes": 1, "round": 1}
        rows = [
            common
            | {"sha256": sha256, "filename": f"{number}.wav", "child_id": owners[number % 200], "imported_at": now}
            | {"language": "en", "word": f"word{number}", "source": "", "extra": {}}
            for number, sha256 in enumerate(hashes)
        ]
        tx.execute(insert(schema.recordings), rows)


def work(judge: HttpJudge, until: float) -> Times:
    """Milliseconds of every answer, by what was asked."""
    times: Times = {"label": [], "desk": [], "sound": []}
    items: list[dict] = []
    done, counted_at = 0, -FIGURES_EVERY
    while time.monotonic() < until:
        if len(items) < REFILL_BELOW:
            begun = time.perf_counter()
            with_figures = done - counted_at >= FIGURES_EVERY
            status, desk = judge.post("desk", count=LYING_AHEAD, with_figures=with_figures)
            times["desk"].append(_ms(begun))
            counted_at = done if with_figures else counted_at
            assert status == 200, desk
            new = [item for item in desk["items"] if item["recording_id"] not in {one["recording_id"] for one in items}]
            for item in new:
                begun = time.perf_counter()
                sound = judge.get(f"/audio/{item['recording_id']}")
                times["sound"].append(_ms(begun))
                assert sound.startswith(b"RIFF"), sound
            items += new
        begun = time.perf_counter()
        status, answer = judge.label(items.pop(0), list(Label)[done % 3], secrets.token_hex(16))
        times["label"].append(_ms(begun))
        assert status == 200, answer
        done += 1
    judge.connection.close()
    return times


def _labels(server: Served, n_judges: int, seconds: float) -> int:
    judges = [HttpJudge(server.port, f"judge {number}") for number in range(n_judges)]
    for judge in judges:
        judge.post("desk", count=1)  # the first order of a judge is computed once
    begun = time.monotonic()
    with ThreadPoolExecutor(n_judges) as pool:
        found = list(pool.map(lambda judge: work(judge, begun + seconds), judges))
    took = time.monotonic() - begun
    times = {kind: [one for some in found for one in some[kind]] for kind in ("label", "desk", "sound")}
    rate = len(times["label"]) / took
    missed = _told("labels a second in all", rate, GOAL_LABELS_A_SECOND, is_least=True)
    for kind, some in times.items():
        print(f"{kind:>6}: {_spread(some)}")
        if kind != "sound":
            missed += _told(f"{kind}, server p95 in ms", float(np.percentile(some, 95)), GOAL_SERVER_P95_MS)
    return missed


def _keys(server: Served, n_keys: int) -> int:
    if not keys.CHROMIUM:
        print("no Chromium found: the time from a key to the next sound was not measured")
        return 0
    some = keys.to_next_sound(HttpJudge(server.port, "judge in chromium"), n_keys)
    print(
        f"   key: {len(some):6d} presses, p50 {np.percentile(some, 50):6.1f} ms, p99 {np.percentile(some, 99):6.1f} ms"
    )
    return _told("key to next sound, p95 in ms", float(np.percentile(some, 95)), GOAL_KEY_P95_MS)


def _spread(some: list[float]) -> str:
    return f"{len(some):6d} times, p50 {np.percentile(some, 50):6.1f} ms, p99 {np.percentile(some, 99):6.1f} ms"


def _told(what: str, value: float, goal: float, *, is_least: bool = False) -> int:
    is_met = value >= goal if is_least else value <= goal
    print(f"{what}: {value:.1f} (goal: at {'least' if is_least else 'most'} {goal:g}) {'met' if is_met else 'MISSED'}")
    return 0 if is_met else 1


def _sound(number: int) -> Path:
    data = audio_files.encode(audio_files.tone(200.0 + 10 * number, SOUND_S))
    sha256 = store.put(settings().storage, data, "wav")
    return Path(settings().storage) / "recordings" / sha256[:2] / f"{sha256}.wav"


def _ms(begun: float) -> float:
    return 1000 * (time.perf_counter() - begun)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How fast judging is.")
    parser.add_argument("--judges", type=int, default=8)
    parser.add_argument("--recordings", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--keys", type=int, default=40)
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""Times of judging: 8 judges at once on 20,000 recordings, over HTTP against a real server, then keys in Chromium.

    python -m bench.judging [--judges 8] [--recordings 20000] [--seconds 15] [--keys 40] [--ahead 20 --refill-below 14]

Each judge does what the browser does: sends a label, asks for more when fewer than fourteen recordings lie ahead (with
figures every twentieth label), and fetches the sound of each recording. Server time is what a judge waits for the
answer to a label, and for the desk, on this machine, with the judges' own work on the same cores.

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
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from bench import keys
from bench.goals import elapsed_ms, is_missed
from core import config
from core.audio import store
from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.json_types import JsonObject
from core.domain.labels import Label
from core.workflows.annotation import protocols
from core.workflows.annotation.protocols import DeskProtocol
from db import children, engines, schema, session
from tests import audio_files
from tests.serving import HttpJudge, Served

GOAL_LABELS_A_SECOND = 200.0
GOAL_SERVER_P95_MS = 50.0
GOAL_KEY_P95_MS = 150.0
SOUNDS, SOUND_S = 40, 0.6
FIGURES_EVERY = 20

Times = dict[str, list[float]]


@dataclass(frozen=True)
class Refill:
    """When a desk asks for more, and how many recordings shall lie there then; by default as the browser does."""

    below: int
    ahead: int


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="earshot-bench-") as folder:
        os.environ |= {"EARSHOT_STORAGE": f"{folder}/storage", "EARSHOT_MODELS": f"{folder}/models"}
        config.settings.cache_clear()
        session.prepare()
        fill(arguments.recordings)
        session.count_changes_in(most_portions=arguments.recordings)  # as they are where nothing was imported just now
        # scripted judges hear nothing; in Chromium the sound is cut short by the next key
        protocols.set_desk(DeskProtocol(heard_share=0.0), actor=COMMAND_LINE)
        server = Served(Path(folder) / "server.log")
        server.start()
        try:
            refill = Refill(arguments.refill_below, arguments.ahead)
            missed = _labels(server, arguments.judges, arguments.seconds, refill) + _keys(server, arguments.keys)
        finally:
            server.kill()
            engines.dispose()
    sys.exit(1 if missed else 0)


def fill(count: int) -> None:
    """Recordings of 200 children; a few sounds, each under many hashes."""
    now = session.now()
    paths = [_sound(number) for number in range(SOUNDS)]
    hashes = [f"{number:064x}" for number in range(count)]
    for number, sha256 in enumerate(hashes):
        path = paths[0].parents[1] / sha256[:2] / f"{sha256}.wav"
        path.parent.mkdir(exist_ok=True)
        os.link(paths[number % SOUNDS], path)
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


def work(judge: HttpJudge, until: float, refill: Refill) -> Times:
    """Work as a judge until a time of `time.monotonic`; milliseconds of every answer, by the kind of request."""
    times: Times = {"label": [], "desk": [], "sound": []}
    items: list[JsonObject] = []
    done, counted_at = 0, -FIGURES_EVERY
    while time.monotonic() < until:
        if len(items) < refill.below:
            start = time.perf_counter()
            with_figures = done - counted_at >= FIGURES_EVERY
            status, desk = judge.post("desk", count=refill.ahead, with_figures=with_figures)
            times["desk"].append(elapsed_ms(start))
            counted_at = done if with_figures else counted_at
            assert status == 200, desk
            known = {item["recording_id"] for item in items}
            new = [item for item in desk["items"] if item["recording_id"] not in known]
            for item in new:
                start = time.perf_counter()
                sound = judge.get(f"/audio/{item['recording_id']}")
                times["sound"].append(elapsed_ms(start))
                assert sound.startswith(b"RIFF"), sound
            items += new
        start = time.perf_counter()
        status, answer = judge.label(items.pop(0), list(Label)[done % 3], secrets.token_hex(16))
        times["label"].append(elapsed_ms(start))
        assert status == 200, answer
        done += 1
    judge.connection.close()
    return times


def _labels(server: Served, n_judges: int, seconds: float, refill: Refill) -> int:
    judges = [HttpJudge(server.port, f"judge {number}") for number in range(n_judges)]
    for judge in judges:
        judge.post("desk", count=1)  # the first order of a judge is computed once
    start = time.monotonic()
    with ThreadPoolExecutor(n_judges) as pool:
        of_judges = list(pool.map(lambda judge: work(judge, start + seconds, refill), judges))
    duration_s = time.monotonic() - start
    times = {kind: [ms for of_judge in of_judges for ms in of_judge[kind]] for kind in ("label", "desk", "sound")}
    rate = len(times["label"]) / duration_s
    missed = int(is_missed("labels a second in all", rate, GOAL_LABELS_A_SECOND, is_least=True))
    for kind, times_ms in times.items():
        print(f"{kind:>6}: {_spread(times_ms)}")
        if kind != "sound":
            missed += is_missed(f"{kind}, server p95 in ms", float(np.percentile(times_ms, 95)), GOAL_SERVER_P95_MS)
    return missed


def _keys(server: Served, n_keys: int) -> int:
    if not n_keys:
        return 0
    if not keys.CHROMIUM:
        print("no Chromium found: the time from a key to the next sound was not measured")
        return 0
    times_ms = keys.to_next_sound(HttpJudge(server.port, "judge in chromium"), n_keys)
    print(f"   key: {_spread(times_ms)}")
    return is_missed("key to next sound, p95 in ms", float(np.percentile(times_ms, 95)), GOAL_KEY_P95_MS)


def _spread(times_ms: list[float]) -> str:
    p50, p99 = np.percentile(times_ms, (50, 99))
    return f"{len(times_ms):6d} times, p50 {p50:6.1f} ms, p99 {p99:6.1f} ms"


def _sound(number: int) -> Path:
    data = audio_files.encode(audio_files.tone(200.0 + 10 * number, SOUND_S))
    sha256 = store.put(settings().storage, data, "wav")
    return Path(settings().storage) / "recordings" / sha256[:2] / f"{sha256}.wav"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Times of judging.")
    parser.add_argument("--judges", type=int, default=8)
    parser.add_argument("--recordings", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--keys", type=int, default=40)
    parser.add_argument("--ahead", type=int, default=20)
    parser.add_argument("--refill-below", type=int, default=14)
    return parser.parse_args()


if __name__ == "__main__":
    main()

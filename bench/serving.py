"""What a decision costs: latency, throughput, start, swap, and load while scorers are killed, over HTTP with a key.

    python -m bench.serving [--minutes 10] [--seconds 15] [--vggish FOLDER] [--without-vggish]

Recordings of 3 s. The product's model is drawn, in the size that 4,000 recordings give (support vectors, trees): what
it decides takes no part in what it costs. Beside it, in the same run, a model on VGGish: by LiteRT, and by TensorFlow
Hub as before. FOLDER is a SavedModel; without it one with the published layers and drawn weights is made. Server,
clients and scorers share this machine's cores; its load at the start is printed.

Exits with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import psutil

from bench import serving_models
from bench.features import synthesised
from bench.goals import is_missed
from bench.serving_clients import ROOT, Server, Tally, ask, ask_until
from core import config
from db import engines, session
from tests import audio_files
from tests.workflows import labelled_sounds

GOAL_P95_MS, GOAL_RATE, GOAL_P95_AT_16_MS = 30.0, 60.0, 400.0
GOAL_TRAINING_RATIO = 2.0
GOAL_COLD = {"product": (1.0, 200.0), "vggish": (1.5, 400.0)}
GOAL_SWAP_S, GOAL_GROWTH_MB = 1.0, 50.0
KILL_EVERY_S, SOUND_S, RATE_HZ = 3.0, 3, 16_000
TRAINING = ("retrain", "--features", "mfcc,dynamics", "--networks", "dnn,rnn,fusion", "--wait", "--json")
COLD_STARTS = 5


def main() -> None:
    arguments = _arguments()
    print(f"load of the last minute {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory(prefix="earshot-bench-") as name:
        folder = Path(name)
        os.environ |= {"EARSHOT_STORAGE": f"{folder}/storage", "EARSHOT_MODELS": f"{folder}/models"}
        if not arguments.without_vggish:
            os.environ["EARSHOT_VGGISH"] = arguments.vggish or _vggish_of_its_own(folder / "vggish")
        config.settings.cache_clear()
        session.prepare()
        labelled_sounds.label_sounds()
        for seed, model_id in enumerate(("first", "second")):
            serving_models.publish_product(model_id, seed=seed)
        serving_models.deploy("first")
        missed = _cold("product", "first", folder)
        if not arguments.without_vggish:
            serving_models.publish_on_vggish("on-vggish", seed=3)
            missed += _cold("vggish", "on-vggish", folder, is_beside_hub=True)
        server = Server(folder / "server.log")
        try:
            server.wait_until_ready()
            missed += _served(server, sounds(), arguments.seconds, arguments.minutes)
        finally:
            server.end()
            engines.dispose()
    sys.exit(1 if missed else 0)


def sounds(n: int = 24) -> list[bytes]:
    """Synthesised recordings, cut or repeated to 3 s."""
    drawn = synthesised(n)
    return [audio_files.encode(np.resize(samples, SOUND_S * RATE_HZ)) for samples in drawn]


def _served(server: Server, recordings: list[bytes], seconds: float, minutes: float) -> int:
    ask_until(server, recordings, time.monotonic() + 3)
    alone = ask_until(server, recordings, time.monotonic() + seconds)
    missed = int(is_missed("1 client, p95 ms", _p95(alone), GOAL_P95_MS))
    print(f"1 client, median ms: {np.median(alone.ms):.1f}", flush=True)
    many = ask_until(server, recordings, time.monotonic() + seconds, clients=16)
    missed += is_missed("16 clients, decisions a second", len(many.ms) / seconds, GOAL_RATE, is_least=True)
    missed += is_missed("16 clients, p95 ms", _p95(many), GOAL_P95_AT_16_MS)
    missed += _while_training(server, recordings, seconds)
    missed += _swap(server, recordings)
    return missed + _while_killing(server, recordings, minutes)


def _while_training(server: Server, recordings: list[bytes], seconds: float) -> int:
    """The same before and during a retraining, right after each other."""
    before = ask_until(server, recordings, time.monotonic() + seconds)
    training = subprocess.Popen([sys.executable, "-m", "core", *TRAINING], cwd=ROOT, stdout=subprocess.PIPE)
    time.sleep(8)  # until it computes
    during = ask_until(server, recordings, time.monotonic() + seconds)
    is_training = training.poll() is None
    training.communicate()
    words = "" if is_training else " (it ended earlier)"
    name = f"p95 during a retraining{words}, times that before"
    return is_missed(name, _p95(during) / _p95(before), GOAL_TRAINING_RATIO)


def _swap(server: Server, recordings: list[bytes]) -> int:
    connection, tally, times = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60), Tally(), []
    for model_id in ("second", "first", "second"):
        begun = time.perf_counter()
        serving_models.deploy(model_id)
        while ask(server, connection, recordings[0], tally) != model_id:
            assert time.perf_counter() - begun < 60, tally.lost
        times.append(time.perf_counter() - begun)
        time.sleep(2)
    connection.close()
    print(f"deployed, and the new model's first answer, s: {', '.join(f'{each:.2f}' for each in times)}")
    return is_missed("lost during swaps", len(tally.lost), 0) + is_missed(
        "deploy to the new model's first answer, s", float(np.median(times)), GOAL_SWAP_S, digits=".2f"
    )


def _while_killing(server: Server, recordings: list[bytes], minutes: float) -> int:
    ended, n_killed, rng = threading.Event(), 0, random.Random(0)
    memory_mb: list[float] = []

    def kill() -> None:
        nonlocal n_killed
        while not ended.wait(KILL_EVERY_S):
            scorers = server.scorers()
            memory_mb.append(server.resident_mb())
            with contextlib.suppress(psutil.Error, IndexError):
                rng.choice(scorers).kill()
                n_killed += 1

    killer = threading.Thread(target=kill)
    killer.start()
    tally = ask_until(server, recordings, time.monotonic() + 60 * minutes, clients=8)
    ended.set()
    killer.join()
    n = len(memory_mb) // 4 or 1
    early, late = max(memory_mb[:n]), max(memory_mb[-n:])
    print(f"{minutes:g} min: {len(tally.ms)} answered, {tally.refused} refused in words, {n_killed} scorers killed")
    print(f"memory of server and scorers, MB: {early:.0f} in the first quarter, {late:.0f} in the last", flush=True)
    for words in tally.lost[:5]:
        print(f"lost: {words}")
    return (
        is_missed("requests lost", len(tally.lost), 0)
        + is_missed("p95 while scorers are killed, ms", _p95(tally), 2000)
        + is_missed("growth of memory, MB", late - early, GOAL_GROWTH_MB)
    )


def _cold(name: str, model_id: str, folder: Path, *, is_beside_hub: bool = False) -> int:
    file = folder / "cold.wav"
    file.write_bytes(sounds(1)[0])
    _started("scorer", model_id, file)  # the module is converted here, and files come into the system's cache
    figures = [_started("scorer", model_id, file) for _ in range(COLD_STARTS)]
    seconds, mb, warm_ms = (float(np.median([each[key] for each in figures])) for key in ("seconds", "mb", "warm_ms"))
    print(f"{name}: a warm scorer takes {warm_ms:.1f} ms a recording")
    if is_beside_hub:
        hub = _started("hub", model_id, file)
        print(
            f"{name} by TensorFlow Hub, in the same run: {hub['seconds']:.1f} s and {hub['mb']:.0f} MB to the "
            f"first answer, then {hub['warm_ms']:.1f} ms",
            flush=True,
        )
    goal_s, goal_mb = GOAL_COLD[name]
    return is_missed(f"{name}: cold process to first answer, s", seconds, goal_s, digits=".2f") + is_missed(
        f"{name}: most memory of that process, MB", mb, goal_mb, digits=".0f"
    )


def _started(how: str, model_id: str, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.serving_start", how, model_id, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _vggish_of_its_own(folder: Path) -> str:
    """In a process of its own: this one shall not load TensorFlow."""
    code = f"import pathlib; from bench import serving_models as m; m.make_vggish(pathlib.Path({str(folder)!r}))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    return str(folder)


def _p95(tally: Tally) -> float:
    return float(np.percentile(tally.ms, 95)) if tally.ms else float("inf")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What a decision costs.")
    parser.add_argument("--minutes", type=float, default=10.0, help="of load while scorers are killed")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each other measurement")
    parser.add_argument("--vggish", default="", help="a SavedModel; default: drawn weights in the published layers")
    parser.add_argument("--without-vggish", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()

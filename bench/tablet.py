"""What a decision costs on the tablet: the exported model in Chromium, beside the same model in Python, in one run.

    python -m bench.tablet [--decisions 200]

The product's model is drawn, in the size that 4,000 recordings give. Recordings of 3 s, synthesised.

Exits with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from bench import keys, serving_models
from bench.features import synthesised
from bench.goals import elapsed_ms, is_missed
from core import config
from core.arrays import Float32Array
from core.audio.sounds import Sound
from core.workflows.deployment import model_export
from core.workflows.deployment.model_export import ExportRequest
from core.workflows.serving.scored_sound import SoundScorer
from core.workflows.training import feature_families, model_folders
from db import session
from tests.workflows import labelled_sounds

GOAL_P95_MS, GOAL_MB, GOAL_DIFFERENCE = 30.0, 2.0, 1e-4
SOUND_S, RATE_HZ, N_SOUNDS = 3, 16_000, 24
MODEL = "drawn"
DECIDE = """
async ([sounds, decisions]) => {
  const { decide } = await import("./earshot-model.js");
  const recordings = sounds.map((sound) => Float32Array.from(sound));
  const p = recordings.map((samples) => decide(samples, 16000).p_accepted);
  const times = [];
  for (let run = 0; run < decisions; run++) {
    const begin = performance.now();
    decide(recordings[run % recordings.length], 16000);
    times.push(performance.now() - begin);
  }
  return { p, times };
}
"""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description="What a decision costs on the tablet.")
    parser.add_argument("--decisions", type=int, default=200)
    decisions = parser.parse_args().decisions
    if not keys.CHROMIUM:
        sys.exit("no Chromium found: install it, or name it with CHROMIUM")
    with tempfile.TemporaryDirectory(prefix="earshot-bench-") as folder:
        os.environ |= {"EARSHOT_STORAGE": f"{folder}/storage", "EARSHOT_MODELS": f"{folder}/models"}
        config.settings.cache_clear()
        session.prepare()
        labelled_sounds.label_sounds()
        serving_models.publish_product(MODEL, seed=0)
        serving_models.deploy(MODEL)
        exported = Path(folder) / "tablet"
        model_export.export_tablet_model(exported, ExportRequest())
        sounds = [np.resize(samples, SOUND_S * RATE_HZ).astype(np.float32) for samples in synthesised(N_SOUNDS)]
        sys.exit(1 if _compare(exported, sounds, decisions) else 0)


def _compare(exported: Path, sounds: list[Float32Array], decisions: int) -> int:
    in_python, python_ms = _python(sounds, decisions)
    in_chromium, chromium_ms = _chromium(exported, sounds, decisions)
    size_mb = sum(file.stat().st_size for file in exported.glob("*.js")) / 1e6
    print(f"Python, p95 in ms: {np.percentile(python_ms, 95):.1f}")
    missed = int(is_missed("Chromium, p95 in ms", float(np.percentile(chromium_ms, 95)), GOAL_P95_MS))
    difference = float(np.max(np.abs(np.subtract(in_chromium, in_python))))
    missed += is_missed("largest difference of p from Python's", difference, GOAL_DIFFERENCE, digits=".1e")
    return missed + is_missed("size of the modules in MB", size_mb, GOAL_MB, digits=".2f")


def _python(sounds: list[Float32Array], decisions: int) -> tuple[list[float], list[float]]:
    model = model_folders.load(MODEL)
    scorer = SoundScorer(model, {name: feature_families.family(name) for name in model.spec.families}, None)
    recordings = [Sound(samples, RATE_HZ, SOUND_S) for samples in sounds]
    p = [scorer.score(recording).p_accepted for recording in recordings]
    times_ms = []
    for run in range(decisions):
        begun = time.perf_counter()
        scorer.score(recordings[run % len(recordings)])
        times_ms.append(elapsed_ms(begun))
    return p, times_ms


def _chromium(exported: Path, sounds: list[Float32Array], decisions: int) -> tuple[list[float], list[float]]:
    from playwright.sync_api import sync_playwright

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(exported)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=keys.CHROMIUM, args=keys.FLAGS)
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/tablet.html")
        answer = page.evaluate(DECIDE, [[samples.tolist() for samples in sounds], decisions])
        browser.close()
    server.shutdown()
    server.server_close()
    return list(map(float, answer["p"])), list(map(float, answer["times"]))


if __name__ == "__main__":
    main()

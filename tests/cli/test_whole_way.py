"""From recordings to a decision, by the commands that programs use, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.demonstration.synthesis import SynthesisPlan
from core.workflows.maintenance import demonstration

ROOT = Path(__file__).parents[2]
AM_TARGET = 0.2


def command(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "EARSHOT_DASK_WORKERS": "1"}
    return subprocess.run(
        [sys.executable, "-m", "core", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )


def said(*words: str) -> Any:
    done = command(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_the_whole_way_by_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demonstration, "PLAN", SynthesisPlan(n_recordings=120))
    manifest = demonstration.write_corpus(tmp_path / "own")
    assert said("import", str(manifest))["recordings"] == 120

    job = said("retrain", "--features", "dynamics", "--networks", "dnn", "--wait")
    assert job["state"] == "succeeded"
    assert job["champion"] in {model["id"] for model in job["models"]}

    report = said("report", "--model", job["champion"], "--am", str(AM_TARGET))
    said("export", "predictions", str(tmp_path / "P.csv"), "--model", job["champion"])
    for split in ("validation", "test"):
        rows = pd.read_csv(tmp_path / "P.csv").query("split == @split")
        refused = rows["p_accepted"] < report["threshold"]
        is_accepted = rows["label"] == "Accepted"
        assert report[split]["accepted"] == is_accepted.sum()
        assert report[split]["rejected"] == (~is_accepted).sum()
        assert report[split]["am"] == pytest.approx(refused[is_accepted].mean())
        assert report[split]["rcc"] == pytest.approx(refused[~is_accepted].mean())
    assert report["validation"]["am"] <= AM_TARGET

    assert said("deploy", job["champion"], "--am", str(AM_TARGET))["threshold"] == report["threshold"]
    scored = command("score", str(next(manifest.parent.rglob("*.flac"))), str(manifest), "--json")
    decision, mistake = (json.loads(line) for line in scored.stdout.splitlines())
    assert (scored.returncode, scored.stderr) == (0, "")
    assert decision["decision"] == ("accepted" if decision["p_accepted"] >= report["threshold"] else "rejected")
    assert set(mistake) == {"file", "error"}

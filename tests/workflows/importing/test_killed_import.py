"""An import that is killed is run again: nothing comes in twice, and nothing is left out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE
from core.workflows.annotation import recording_search
from core.workflows.importing import import_recordings
from tests.serving import ROOT
from tests.workflows.recorded import folder_with_manifest

FILES = 400


@pytest.mark.slow
def test_an_import_that_was_killed_goes_on(database: Path, storage: Path, tmp_path: Path) -> None:
    rows = [{"filename": f"{number}.wav", "child": f"c{number % 7}", "judge_1": "Noise"} for number in range(FILES)]
    manifest = folder_with_manifest(tmp_path / "in", rows)
    process = subprocess.Popen(
        [sys.executable, "-m", "core", "import", str(manifest)],
        cwd=ROOT,
        env=os.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not recording_search.search_recordings().total:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    n_before = recording_search.search_recordings().total
    result = import_recordings.import_path(manifest, actor=COMMAND_LINE)
    assert (result.recordings, result.known) == (FILES - n_before, n_before)
    assert recording_search.search_recordings().total == FILES
    assert len(list((storage / "recordings").rglob("*.wav"))) == FILES
    again = import_recordings.import_path(manifest, actor=COMMAND_LINE)
    assert (again.recordings, again.known, again.judgements) == (0, FILES, 0)

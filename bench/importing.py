"""How fast recordings come in: files a second, into a storage and a database of their own that are removed afterwards.

    python -m bench.importing [FOLDER] [--recordings 400] [--rounds 3]

The recordings are those of a folder (or its manifest), or synthesised ones. The best round counts; the first one also
starts what decodes. Exits with 1 when a file is refused or the rate is below `--least`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from core import config
from core.audio import encoding
from core.demonstration import synthesis
from core.domain.actor import COMMAND_LINE
from core.workflows.importing import import_recordings
from db import engines, session


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench_importing_") as work:
        folder = arguments.folder or _synthesised(Path(work) / "recordings", arguments.recordings)
        rates = [_rate(folder, Path(work) / f"storage_{number}") for number in range(arguments.rounds)]
    best = max(rates)
    print(f"{best:,.0f} files a second (rounds: {', '.join(f'{rate:,.0f}' for rate in rates)})")
    sys.exit(1 if best < arguments.least else 0)


def _rate(folder: Path, storage: Path) -> float:
    """Files a second of one import into an empty storage."""
    os.environ["EARSHOT_STORAGE"] = str(storage)
    os.environ["EARSHOT_DATABASE_URL"] = ""
    config.settings.cache_clear()
    engines._engines.cache_clear()
    session.prepare()
    begun = time.perf_counter()
    result = import_recordings.import_path(folder, actor=COMMAND_LINE)
    took_s = time.perf_counter() - begun
    if result.refused or not result.recordings:
        sys.exit(f"{result.recordings} recordings came in; {len(result.refused)} were refused: {result.refused[:3]}")
    return result.recordings / took_s


def _synthesised(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number, recording in enumerate(synthesis.synthesise(synthesis.SynthesisPlan(n_recordings=count))):
        (folder / f"{number:05}.flac").write_bytes(encoding.flac(recording.samples))
    return folder


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How fast recordings come in.")
    parser.add_argument("folder", nargs="?", type=Path, help="recordings to take instead of synthesised ones")
    parser.add_argument("--recordings", type=int, default=400, help="how many to synthesise")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--least", type=float, default=0.0, help="files a second below which it exits with 1")
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""Recordings for tests of importing and of what comes after it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.audio_files import encode, tone


def recording(number: int, container: str = "wav") -> bytes:
    """A short tone; another number is another recording."""
    return encode(tone(200.0 + number, 0.3), container=container)


def folder_with_manifest(folder: Path, rows: list[dict[str, str]]) -> Path:
    """A folder with one recording a row, named by its `filename`, and a manifest; the manifest's path."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, row in enumerate(rows):
        file = folder / row["filename"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(recording(number))
    return write_manifest(folder / "manifest.csv", rows)


def write_manifest(path: Path, rows: list[dict[str, str]]) -> Path:
    columns = sorted({column for row in rows for column in row})
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path

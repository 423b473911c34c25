"""What tests of erasures bring in, and look for afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.workflows.importing import import_recordings
from db import session
from tests.workflows.recorded import folder_with_manifest

TWO = [{"filename": "a.wav", "child": "first-child"}, {"filename": "b.wav", "child": "second-child"}]


def bring_in(folder: Path, rows: list[dict[str, str]]) -> None:
    import_recordings.import_path(folder_with_manifest(folder, rows), actor=COMMAND_LINE)


def learner() -> str:
    """A child that every model learned from."""
    with session.reading() as tx:
        return str(tx.execute(text("SELECT min(pseudonym) FROM children WHERE split = 'train'")).scalar_one())


def files() -> Iterator[Path]:
    for root in (settings().local_folder, settings().models):
        yield from (path for path in root.rglob("*") if path.is_file())


def files_with(words: set[str]) -> set[str]:
    """The files whose name or bytes hold one of the words, in any case and as JSON writes it."""
    spellings = {form.lower() for word in words for form in (word, json.dumps(word)[1:-1])}
    return {
        path.name
        for path in files()
        if any(form in path.name.lower() or form.encode() in path.read_bytes().lower() for form in spellings)
    }

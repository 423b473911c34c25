"""A data set for other programs: audio by split, labels, a card, as Hugging Face's AudioFolder described in Croissant.

`<folder>/<split>/<file>` with a `metadata.csv` beside the files of each split; `recordings.csv` lists all of them,
`labels.csv` every judgement; `README.md` is the card, `croissant.json` the description. Children whose split was not
drawn yet are in `unassigned`. Sources: huggingface.co/docs/datasets/audio_dataset, mlcommons.org/croissant/1.0.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.audio import store
from core.config import settings
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import Split
from core.domain.permissions import Permission
from core.errors import Conflict, Damaged, NotFound, Refused
from core.workflows.accounts import authorisation
from core.workflows.importing.cells import escape_formula
from core.workflows.maintenance import table_export
from core.workflows.maintenance.croissant import description
from db import audit, session
from db import exports as rows_of
from db.exports import ExportRow

UNASSIGNED = "unassigned"
SPLITS = (*map(str, Split), UNASSIGNED)
METADATA = ("file_name", "label", "sha256", "child", "language", "word", "source", "collected_at", "duration_s")
RECORDINGS = ("file_name", "split", "recorded_as", *METADATA[1:], "consent")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class DatasetResult:
    """missing : files whose bytes are lost, by the names that people know; they are left out."""

    recordings: int
    judgements: int
    missing: tuple[str, ...]


def dataset(folder: Path, *, actor: Actor = COMMAND_LINE, on_progress: Progress | None = None) -> DatasetResult:
    """Write audio, labels, splits and card into a folder that is empty or not there yet.

    Raises
    ------
    NotAllowed
        The actor may not export.
    Conflict
        There is something in the folder.
    Refused
        It cannot be written.
    """
    authorisation.require_first(actor, Permission.EXPORT)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(
            "{folder} is not empty; name a folder that is not there yet.",
            folder=folder,
        )
    with session.reading() as tx:
        rows = rows_of.of_data_set(tx)
    with session.writing() as tx:  # nobody waits while everything is read
        authorisation.require(tx, actor, Permission.EXPORT)
        audit.record(tx, actor.account_id, actor.name, "export dataset", folder.name, {"recordings": len(rows)})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written, missing = _write_audio(rows, folder, on_progress)
        _write_tables(written, folder)
        judgements = table_export.export_labels(folder / "labels.csv", actor=actor)
        (folder / "README.md").write_text(_card(written), encoding="utf-8")
        _write_description(folder)
    except OSError as error:
        raise Refused(
            "{folder} cannot be written: {strerror}.",
            folder=folder,
            strerror=error.strerror or error,
        ) from None
    return DatasetResult(len(written), judgements, tuple(missing))


def _write_audio(
    rows: Sequence[ExportRow], folder: Path, on_progress: Progress | None
) -> tuple[list[ExportRow], list[str]]:
    written: list[ExportRow] = []
    missing: list[str] = []
    for done, row in enumerate(rows, start=1):
        split = str(row["split"] or UNASSIGNED)
        name = f"{str(row['sha256'])[:32]}.{row['extension']}"
        try:
            data = store.get(settings().storage, str(row["sha256"]), str(row["extension"]))
        except (NotFound, Damaged):
            missing.append(str(row["filename"]))
        else:
            (folder / split).mkdir(exist_ok=True)
            (folder / split / name).write_bytes(data)
            written.append(row | {"file_name": name, "split": split, "recorded_as": row["filename"]})
        if on_progress is not None:
            on_progress(done, len(rows))
    return written, missing


def _write_tables(written: Sequence[ExportRow], folder: Path) -> None:
    for split in SPLITS:
        of_split = [row for row in written if row["split"] == split]
        if of_split:
            _write_csv(folder / split / "metadata.csv", METADATA, of_split)
    paths = [row | {"file_name": f"{row['split']}/{row['file_name']}"} for row in written]
    _write_csv(folder / "recordings.csv", RECORDINGS, paths)


def _write_csv(path: Path, columns: Sequence[str], rows: Sequence[ExportRow]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(row[name]) for name in columns] for row in rows)


def _cell(value: object) -> object:
    return "" if value is None else escape_formula(value) if isinstance(value, str) else value


def _write_description(folder: Path) -> None:
    table = (folder / "recordings.csv").read_bytes()
    described = description(RECORDINGS, sha256=hashlib.sha256(table).hexdigest(), splits=SPLITS)
    (folder / "croissant.json").write_text(json.dumps(described, ensure_ascii=False, indent=2), encoding="utf-8")


def _card(written: Sequence[ExportRow]) -> str:
    """The card that Hugging Face shows: which files are which split, and what is in them."""
    used = [split for split in SPLITS if any(row["split"] == split for row in written)]
    files = "".join(f'  - split: {split}\n    path: "{split}/**"\n' for split in used)
    languages = sorted({str(row["language"]) for row in written if row["language"]})
    spoken = "".join(f"- {language}\n" for language in languages)
    lines = [
        "---",
        *(["language:", spoken.rstrip("\n")] if languages else []),
        "task_categories:",
        "- audio-classification",
        "pretty_name: Recordings of children reading aloud",
        "configs:",
        "- config_name: default",
        f"  data_files:\n{files}---".rstrip("\n") if used else "---",
        "",
        "# Recordings of children reading aloud",
        "",
        "Whether a recording is worth recognising: Accepted, Noise (somebody reads, but it is covered) or Speechless.",
        "`label` is what two judges agree on, or what staff decided; it is empty where neither is so yet. `labels.csv`",
        "holds every judgement. All recordings of a child stand in one split; children are named by pseudonyms.",
        "",
        "These are voices of children: keep them as their parents agreed to, and erase a child everywhere at once.",
        "",
        "| split | recordings | children | Accepted | Noise | Speechless | no label yet |",
        "|---|---|---|---|---|---|---|",
        *(_card_line(split, [row for row in written if row["split"] == split]) for split in used),
        "",
    ]
    return "\n".join(lines)


def _card_line(split: str, rows: Sequence[ExportRow]) -> str:
    count = Counter(row["label"] for row in rows)
    cells = [split, len(rows), len({row["child"] for row in rows})]
    cells += [count[label] for label in ("Accepted", "Noise", "Speechless", None)]
    return f"| {' | '.join(str(cell) for cell in cells)} |"

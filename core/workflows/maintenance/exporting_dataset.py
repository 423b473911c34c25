"""A data set for other programs: audio by split, labels, a card, as Hugging Face's AudioFolder described in Croissant.

`<folder>/<split>/<file>` with a `metadata.csv` beside the files of each split; `recordings.csv` lists all of them,
`labels.csv` every judgement; `README.md` is the card, `croissant.json` the description. Children whose split was not
drawn yet are in `unassigned`. Sources: huggingface.co/docs/datasets/audio_dataset, mlcommons.org/croissant/1.0.
"""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, TextIO

from core.audio import store
from core.config import settings
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import Label, Split
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


class CsvWriter(Protocol):
    """What `csv.writer` gives."""

    def writerow(self, row: Iterable[object], /) -> object:
        """Write a row."""


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
        raise Conflict(f"{folder} is not empty; name a folder that is not there yet.")
    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        with session.reading() as tx:
            n_rows = _write_lines(rows_of.of_data_set(tx), spool)
        with session.writing() as tx:  # nobody waits while everything is read
            authorisation.require(tx, actor, Permission.EXPORT)
            audit.record(tx, actor.account_id, actor.name, "export dataset", folder.name, {"recordings": n_rows})
        try:
            folder.mkdir(parents=True, exist_ok=True)
            written, missing = _write_recordings(_read_lines(spool), n_rows, folder, on_progress)
            judgements = table_export.export_labels(folder / "labels.csv", actor=actor)
            (folder / "README.md").write_text(_card(written), encoding="utf-8")
            _write_description(folder)
        except OSError as error:
            raise Refused(f"{folder} cannot be written: {error.strerror or error}.") from None
    return DatasetResult(sum(counted.n for counted in written.values()), judgements, tuple(missing))


@dataclass
class _SplitCounts:
    """What a card says of a split."""

    labels: Counter[str] = field(default_factory=Counter)
    children: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)

    @property
    def n(self) -> int:
        return self.labels.total()

    def add(self, row: ExportRow) -> None:
        self.labels[str(row["label"] or "")] += 1
        self.children.add(str(row["child"]))
        if row["language"]:
            self.languages.add(str(row["language"]))


def _write_lines(rows: Iterable[ExportRow], spool: TextIO) -> int:
    """All rows of one view in a file that has no name: copying the audio takes hours, and a million rows a gigabyte."""
    count = 0
    for row in rows:
        at = row["collected_at"]
        line = {**row, "collected_at": str(at) if isinstance(at, datetime) else at}
        spool.write(json.dumps(line, ensure_ascii=False) + "\n")
        count += 1
    return count


def _read_lines(spool: TextIO) -> Iterator[ExportRow]:
    spool.seek(0)
    for line in spool:
        yield json.loads(line)


def _write_recordings(
    rows: Iterable[ExportRow], n_rows: int, folder: Path, on_progress: Progress | None
) -> tuple[dict[str, _SplitCounts], list[str]]:
    """Audio and tables, a recording at a time; the counts of each split that has any, and the files that are lost."""
    written: dict[str, _SplitCounts] = {}
    missing: list[str] = []
    with ExitStack() as open_files:
        whole_table = _table(open_files, folder / "recordings.csv", RECORDINGS)
        of_split: dict[str, CsvWriter] = {}
        for done, row in enumerate(rows, start=1):
            split = str(row["split"] or UNASSIGNED)
            name = f"{str(row['sha256'])[:32]}.{row['extension']}"
            try:
                data = store.get(settings().storage, str(row["sha256"]), str(row["extension"]))
            except (NotFound, Damaged):
                missing.append(str(row["filename"]))
            else:
                if split not in of_split:
                    (folder / split).mkdir()
                    of_split[split] = _table(open_files, folder / split / "metadata.csv", METADATA)
                (folder / split / name).write_bytes(data)
                written.setdefault(split, _SplitCounts()).add(row)
                whole = row | {"file_name": name, "split": split, "recorded_as": row["filename"]}
                of_split[split].writerow([_cell(whole[column]) for column in METADATA])
                whole["file_name"] = f"{split}/{name}"
                whole_table.writerow([_cell(whole[column]) for column in RECORDINGS])
            if on_progress is not None:
                on_progress(done, n_rows)
    return {split: written[split] for split in SPLITS if split in written}, missing


def _table(open_files: ExitStack, path: Path, columns: Sequence[str]) -> CsvWriter:
    file = open_files.enter_context(path.open("w", encoding="utf-8", newline=""))
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    return writer


def _cell(value: object) -> object:
    return "" if value is None else escape_formula(value) if isinstance(value, str) else value


def _write_description(folder: Path) -> None:
    with (folder / "recordings.csv").open("rb") as table:
        sha256 = hashlib.file_digest(table, "sha256").hexdigest()
    described = description(RECORDINGS, sha256=sha256, splits=SPLITS)
    (folder / "croissant.json").write_text(json.dumps(described, ensure_ascii=False, indent=2), encoding="utf-8")


def _card(written: Mapping[str, _SplitCounts]) -> str:
    """The card that Hugging Face shows: which files are which split, and what is in them."""
    files = "".join(f'  - split: {split}\n    path: "{split}/**"\n' for split in written)
    languages = sorted(set().union(*(counted.languages for counted in written.values())))
    spoken = "".join(f"- {language}\n" for language in languages)
    lines = [
        "---",
        *(["language:", spoken.rstrip("\n")] if languages else []),
        "task_categories:",
        "- audio-classification",
        "pretty_name: Recordings of children reading aloud",
        "configs:",
        "- config_name: default",
        f"  data_files:\n{files}---".rstrip("\n") if written else "---",
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
        *(_card_line(split, counted) for split, counted in written.items()),
        "",
    ]
    return "\n".join(lines)


def _card_line(split: str, counted: _SplitCounts) -> str:
    cells = [split, counted.n, len(counted.children)]
    cells += [counted.labels[label] for label in (*map(str, Label), "")]
    return f"| {' | '.join(str(cell) for cell in cells)} |"

"""The readers of label files, and which files each of them takes. Opens no database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

from core.domain.labels import Label
from core.domain.names import file_name
from core.errors import Refused
from core.messages import Message
from core.translation import mark
from core.workflows.importing import label_files, label_studio
from core.workflows.importing.import_options import ImportOptions
from core.workflows.importing.json_values import JsonObject, is_object, objects, read_json, read_lines
from core.workflows.importing.label_files import LabelRows, has_label_columns, label_row
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.tables import ENDINGS, ending, read_table
from core.workflows.importing.text_encoding import decode_text
from core.workflows.importing.text_table import TextTable

AUDACITY, PRODIGY = "audacity", "prodigy"  # who judged, where the file names nobody
JSON_LINES = frozenset({".jsonl", ".ndjson"})
WHICH_EXPORT = mark(
    "Read are tables with the columns judge, label and filename (CSV, TSV, XLSX, Parquet, JSONL), Label Studio's JSON, "
    "JSON-MIN and CSV, what `prodigy db-out` writes (JSONL), and Audacity's label tracks (TXT)."
)

_LABEL_TRACK_LINE = re.compile(r"\d+(?:[.,]\d+)?\t\d+(?:[.,]\d+)?\t.*")
_FREQUENCIES_LINE = re.compile(r"\\\t[\d.,-]+\t[\d.,-]+")


@dataclass(frozen=True)
class LabelFormat:
    """title : its common name. takes : whether a file is of this format; it raises nothing."""

    title: str
    takes: Callable[[str, bytes, TextTable | None], bool]
    read: Callable[[str, bytes, ImportOptions], LabelRows]


def recognise(name: str, data: bytes, table: TextTable | None) -> LabelFormat | None:
    """The reader for a file, None where it holds no labels. `table` : the file as a table, where it is one."""
    return next((form for form in FORMATS if form.takes(name, data, table)), None)


def _has_ending(*endings: str) -> Callable[[str, bytes, TextTable | None], bool]:
    return lambda name, data, table: ending(name) in endings


def _is_label_table(name: str, data: bytes, table: TextTable | None) -> bool:
    return table is not None and has_label_columns(table.columns)


def _is_label_studio_table(name: str, data: bytes, table: TextTable | None) -> bool:
    return table is not None and label_studio.is_minimal_table(table.columns)


def _read_table(name: str, data: bytes, options: ImportOptions) -> LabelRows:
    return label_files.of_table(read_table(name, data, options), options)


def _read_label_studio_table(name: str, data: bytes, options: ImportOptions) -> LabelRows:
    return label_studio.of_table(read_table(name, data, options), options)


def _read_parquet(name: str, data: bytes, options: ImportOptions) -> LabelRows:
    return label_files.of_parquet(data)


def _read_json(name: str, data: bytes, options: ImportOptions) -> LabelRows:
    """A list of tasks; or lines of JSON in spite of the ending."""
    try:
        value = read_json(data)
    except Refused:
        if all(is_object(line) for _, line in read_lines(data)):
            return _read_json_lines(name, data, options)
        raise
    if isinstance(value, list) and value and all(is_object(row) and has_label_columns(row) for row in value):
        return label_files.of_rows(enumerate(objects(value), start=1))
    return label_studio.of_json(data)


def _read_json_lines(name: str, data: bytes, options: ImportOptions) -> LabelRows:
    """Each line for itself: a row of labels, a task of Label Studio, an answer of Prodigy."""
    read = LabelRows([], [])
    plain: list[tuple[int, JsonObject]] = []
    of_label_studio: list[tuple[int, JsonObject]] = []
    for number, value in read_lines(data):
        if not is_object(value):
            read.refused.append(Refusal(name, number, Message("the line is no JSON object")))
        elif has_label_columns(value):
            plain.append((number, value))
        elif "answer" in value or "_input_hash" in value or "_task_hash" in value:
            _add_prodigy(number, value, options, read)
        elif value.keys() & {"annotations", "completions", "annotator"}:
            of_label_studio.append((number, value))
        else:
            no_label = Message("the line holds no label. {formats}", {"formats": Message(WHICH_EXPORT)})
            read.refused.append(Refusal(name, number, no_label))
    for more in (label_files.of_rows(plain), label_studio.of_tasks(of_label_studio)):
        read.labels.extend(more.labels)
        read.refused.extend(more.refused)
        read.notes.extend(more.notes)
    return read


def _add_prodigy(number: int, answer: JsonObject, options: ImportOptions, read: LabelRows) -> None:
    """One answer of Prodigy's choice, classification and audio recipes. Source: prodi.gy/docs/api-interfaces."""
    name = _prodigy_file(answer)
    if answer.get("answer", "accept") != "accept":
        no_label = Message(
            "Answers that are {answer!r} in Prodigy give no label", {"answer": str(answer.get("answer"))}
        )
        read.notes.add(no_label, number)
        return
    words = _prodigy_words(answer)
    cells: JsonObject = {
        "filename": name,
        "judge": answer.get("_annotator_id") or answer.get("_session_id") or options.judge or PRODIGY,
        "label": words[0] if words else "",
        "decided_at": _prodigy_time(answer.get("_timestamp")),
        "comment": answer.get("user_input") or answer.get("comment") or "",
    }
    try:
        if len(words) != 1:
            raise Refused("{n} labels were chosen in it: {labels}", n=len(words), labels=", ".join(words) or "none")
        read.labels.append(label_row(number, cells, read.notes, other_names=(PurePosixPath(name).name,)))
    except Refused as reason:
        read.refused.append(Refusal.of(reason, name, number))


def _prodigy_time(seconds: object) -> datetime | None:
    """Prodigy's time stamps are seconds since 1970."""
    if isinstance(seconds, int | float) and 0 < seconds < 1e11:
        return datetime.fromtimestamp(seconds, UTC)
    return None


def _prodigy_words(answer: JsonObject) -> list[str]:
    chosen = answer.get("accept")
    if isinstance(chosen, list):
        by_id = {str(option.get("id")): str(option.get("text")) for option in objects(answer.get("options"))}
        words = [str(word) for word in chosen]
        return [word if _is_label(word) else by_id.get(word, word) for word in words]
    if answer.get("label"):
        return [str(answer["label"])]
    spans = {str(span["label"]) for span in objects(answer.get("audio_spans")) if span.get("label")}
    return sorted(spans)


def _prodigy_file(answer: JsonObject) -> str:
    meta = answer["meta"] if is_object(answer.get("meta")) else {}
    named = [answer.get("path"), answer.get("audio"), *(meta.values() if is_object(meta) else ())]
    for value in named:
        if isinstance(value, str) and value and not value.startswith("data:"):
            return file_name(value)
    return ""


def _is_label(word: str) -> bool:
    return any(word.casefold() == label.casefold() for label in Label)


def _is_label_track(name: str, data: bytes, table: TextTable | None) -> bool:
    if ending(name) != ".txt":
        return False
    try:
        lines = decode_text(data).text.splitlines()
    except Refused:
        return False
    filled = [line for line in lines if line.strip() and not _FREQUENCIES_LINE.fullmatch(line)]
    return bool(filled) and all(_LABEL_TRACK_LINE.fullmatch(line) for line in filled)


def _read_label_track(name: str, data: bytes, options: ImportOptions) -> LabelRows:
    """Audacity's label track: begin, end, words. The recording is the one that is called like the file; the words must
    agree, since a recording has one label. Source: manual.audacityteam.org, Importing and Exporting Labels."""
    read = LabelRows([], [])
    stem = PurePosixPath(file_name(name)).with_suffix("").as_posix()
    counted = Counter(label for _, label in _track_labels(data))
    if len(counted) != 1:
        words = ", ".join(counted) or Message("none of the three labels")
        several = Message("a recording has one label; this track has {words}", {"words": words})
        read.refused.append(Refusal(name, None, several))
        return read
    cells: JsonObject = {"filename": stem, "judge": options.judge or AUDACITY, "label": str(next(iter(counted)))}
    read.labels.append(label_row(1, cells, read.notes, other_names=(PurePosixPath(stem).name,)))
    return read


def _track_labels(data: bytes) -> Iterator[tuple[int, Label]]:
    for number, line in enumerate(decode_text(data).text.splitlines(), start=1):
        words = line.split("\t")[2:] if _LABEL_TRACK_LINE.fullmatch(line) else []
        for label in Label:
            if words and words[0].strip().casefold() == label.casefold():
                yield number, label


FORMATS = (
    LabelFormat("Labels (table)", _is_label_table, _read_table),
    LabelFormat("Label Studio (CSV)", _is_label_studio_table, _read_label_studio_table),
    LabelFormat("Audacity (label track)", _is_label_track, _read_label_track),
    LabelFormat("Labels (Parquet)", _has_ending(".parquet"), _read_parquet),
    LabelFormat("Label Studio (JSON)", _has_ending(".json"), _read_json),
    LabelFormat("Labels, Label Studio or Prodigy (JSON lines)", _has_ending(*JSON_LINES), _read_json_lines),
)
LABEL_ENDINGS = ENDINGS | JSON_LINES | {".parquet", ".json"}

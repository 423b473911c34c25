"""Labels as they come in from a file: one a judge and recording, with how it was given. Opens no database.

A table (CSV or Parquet) has the columns that `export labels` writes, with its history or without; only `judge`, `label`
and one of `filename` and `sha256` are required. JSON is that of Label Studio: `label_studio`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.domain.labels import JUDGEMENTS_PER_RECORDING, JUDGEMENTS_WITH_A_THIRD_JUDGE, HistoryRowKind, Label
from core.errors import Refused
from core.workflows.importing.manifest_file import Refusal

LONGEST_NAME = 80
TRUE, FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no", ""})


@dataclass(frozen=True)
class Settled:
    """What staff decided in the round of a judgement."""

    label: Label
    by: str
    at: datetime | None
    why: str


@dataclass(frozen=True)
class ToldLabel:
    """One judgement from a file, or what `kind` says; None where the file does not say.

    round : the round it was given in. newest_round, wanted : the round that the recording stands in, and how many
    judgements that waits for. repeat_of : when the judgement was given that a repeat repeats.
    """

    row: int
    filename: str
    sha256: str
    judge: str
    label: Label
    round: int | None = None
    decided_at: datetime | None = None
    seconds_heard: float | None = None
    replays: int | None = None
    decision_s: float | None = None
    flag: bool = False
    comment: str = ""
    brought_by: str | None = None
    newest_round: int | None = None
    wanted: int | None = None
    settled: Settled | None = None
    kind: HistoryRowKind = HistoryRowKind.JUDGEMENT
    undone_at: datetime | None = None
    repeat_of: datetime | None = None


@dataclass(frozen=True)
class ToldLabels:
    labels: list[ToldLabel]
    refused: list[Refusal]


def is_table(header: str) -> bool:
    """Whether the first line of a CSV is that of a table of labels, and not of a manifest."""
    names = {name.strip().lower() for name in next(csv.reader([header.lstrip("\ufeff")]), [])}
    return {"judge", "label"} <= names and bool(names & {"filename", "sha256"})


def of_csv(data: bytes) -> ToldLabels:
    """Rows are counted as a spreadsheet shows them: the header is row 1."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("The table of labels is not UTF-8; save it as 'CSV UTF-8' and import it again.") from None
    try:
        return of_rows(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise Refused(f"The table of labels cannot be read: {error}.") from None


def of_parquet(data: bytes) -> ToldLabels:
    import pyarrow
    from pyarrow import parquet

    try:
        rows = parquet.read_table(io.BytesIO(data)).to_pylist()
    except (pyarrow.ArrowException, OSError) as error:
        raise Refused(f"The Parquet file cannot be read: {error}.") from None
    if rows and not ({"judge", "label"} <= rows[0].keys() and {"filename", "sha256"} & rows[0].keys()):
        raise Refused("The Parquet file has no labels: expected columns judge, label, and filename or sha256.")
    return of_rows(rows)


def of_rows(rows: Any) -> ToldLabels:
    """Rows as mappings; one that cannot be used is refused with the reason, the rest goes in."""
    labels, refused = [], []
    for number, cells in _numbered(rows):
        try:
            labels.append(told_label(number, cells))
        except Refused as reason:
            refused.append(Refusal(str(cells.get("filename") or cells.get("sha256") or ""), number, str(reason)))
    return ToldLabels(labels, refused)


def told_label(number: int, cells: Mapping[str, Any]) -> ToldLabel:
    """One judgement from cells named as in the table, as words or as values; Refused names the cell."""
    kind = _kind(cells)
    return ToldLabel(
        row=number,
        filename=_words(cells, "filename"),
        sha256=_words(cells, "sha256").lower(),
        judge=_name(cells, "judge"),
        label=_label(cells, "label"),
        round=_count(cells, "round", 1, 1000),
        decided_at=_time(cells, "decided_at"),
        seconds_heard=_number(cells, "seconds_heard"),
        replays=_count(cells, "replays", 0, 1_000_000),
        decision_s=_number(cells, "decision_s"),
        flag=_truth(cells, "flag"),
        comment=str(cells.get("comment") or ""),
        brought_by=_words(cells, "brought_by")[:12] or None,
        newest_round=_count(cells, "newest_round", 1, 1000),
        wanted=_count(cells, "wanted", JUDGEMENTS_PER_RECORDING, JUDGEMENTS_WITH_A_THIRD_JUDGE),
        settled=_settled(cells),
        kind=kind,
        undone_at=_time(cells, "undone_at"),
        repeat_of=_time(cells, "repeat_of"),
    )


def _numbered(rows: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, row in enumerate(rows, start=2):
        yield number, {str(name).strip().lower(): cell for name, cell in row.items() if name is not None}


def _settled(cells: Mapping[str, Any]) -> Settled | None:
    if not _words(cells, "settled"):
        return None
    why = str(cells.get("settled_why") or "")
    return Settled(_label(cells, "settled"), _name(cells, "settled_by"), _time(cells, "settled_at"), why)


def _kind(cells: Mapping[str, Any]) -> HistoryRowKind:
    """Of the history only what has its times can be told from what is here already."""
    word = _words(cells, "kind").lower() or HistoryRowKind.JUDGEMENT
    if word not in set(HistoryRowKind):
        raise Refused(f"kind is {word!r}; expected one of {', '.join(HistoryRowKind)}")
    needed = {
        HistoryRowKind.UNDONE: "undone_at",
        HistoryRowKind.DECISION: "undone_at",
        HistoryRowKind.REPEAT: "repeat_of",
    }
    for name in ("round", "decided_at", needed[HistoryRowKind(word)]) if word in needed else ():
        if not _words(cells, name):
            raise Refused(f"{name} is empty; a row of the kind '{word}' needs it")
    return HistoryRowKind(word)


def _words(cells: Mapping[str, Any], name: str) -> str:
    cell = cells.get(name)
    return "" if cell is None or cell != cell else str(cell).strip()


def _name(cells: Mapping[str, Any], name: str) -> str:
    word = _words(cells, name)
    if not word or len(word) > LONGEST_NAME:
        raise Refused(f"{name} is {word!r}; expected a name of at most {LONGEST_NAME} characters")
    return word


def _label(cells: Mapping[str, Any], name: str) -> Label:
    word = _words(cells, name)
    for label in Label:
        if word.lower() == label.lower():
            return label
    raise Refused(f"{name} is {word!r}; expected one of {', '.join(Label)}")


def _truth(cells: Mapping[str, Any], name: str) -> bool:
    word = _words(cells, name).lower()
    if word not in TRUE | FALSE:
        raise Refused(f"{name} is {word!r}; expected True or False")
    return word in TRUE


def _number(cells: Mapping[str, Any], name: str) -> float | None:
    word = _words(cells, name)
    if not word:
        return None
    try:
        number = float(word)
    except ValueError:
        raise Refused(f"{name} is {word!r}; expected a number") from None
    if not 0 <= number < float("inf"):
        raise Refused(f"{name} is {word!r}; expected a number of at least 0")
    return number


def _count(cells: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    number = _number(cells, name)
    if number is None:
        return None
    if number != int(number) or not least <= number <= most:
        raise Refused(f"{name} is {number:g}; expected a whole number from {least} to {most}")
    return int(number)


def _time(cells: Mapping[str, Any], name: str) -> datetime | None:
    """Without a zone it is taken as UTC."""
    cell = cells.get(name)
    word = _words(cells, name)
    if not word or word == "NaT":
        return None
    try:
        time = cell if isinstance(cell, datetime) else datetime.fromisoformat(word)
        return time if time.tzinfo is None else time.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise Refused(f"{name} is {word!r}; expected a time such as 2026-01-31T09:30:00") from None

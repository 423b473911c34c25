"""Rows of labels in a file: one a judge and recording, with how it was heard. Opens no database.

A table has the columns that `export labels` writes, with its history or without; only `judge`, `label` and one of
`filename` and `sha256` are required. A cell that is not needed and cannot be read is named and left empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from core.domain import names
from core.domain.labels import JUDGEMENTS_PER_RECORDING, JUDGEMENTS_WITH_A_THIRD_JUDGE, HistoryRowKind, Label
from core.errors import Refused
from core.messages import Message
from core.workflows.importing import dates, packed_tables
from core.workflows.importing.cells import is_blank, label_of, unescape_formula
from core.workflows.importing.import_options import DEFAULT, DateOrder, ImportOptions
from core.workflows.importing.label_cells import Cells, OptionalCells, count_of, name_of, text_of, time_of, words_of
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.notes import Notes
from core.workflows.importing.table_worker import PARQUET
from core.workflows.importing.tables import OPEN_QUOTE
from core.workflows.importing.text_table import TextTable, as_mappings

TIMES = ("decided_at", "undone_at", "repeat_of", "settled_at")
NO_LABEL = Message("There is no label in this row")


@dataclass(frozen=True)
class AdjudicationRow:
    """What staff decided in the round of a judgement."""

    label: Label
    judge: str
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True)
class LabelRow:
    """One judgement of a file, or a row of another `kind`; None where the file has no value.

    other_names : what else the file's name may mean here, likeliest first. round : the round it was given in.
    newest_round, wanted : the round that the recording stands in, and how many judgements that waits for. repeat_of :
    when the judgement was given that a repeat repeats. label_before : what an export from here said, where another tool
    changed it since. is_rewritten : the names may be those that a tool gives to files that are uploaded to it.
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
    adjudication: AdjudicationRow | None = None
    kind: HistoryRowKind = HistoryRowKind.JUDGEMENT
    undone_at: datetime | None = None
    repeat_of: datetime | None = None
    other_names: tuple[str, ...] = ()
    label_before: Label | None = None
    is_rewritten: bool = False


@dataclass(frozen=True)
class LabelRows:
    labels: list[LabelRow]
    refused: list[Refusal]
    notes: Notes = field(default_factory=Notes)


def has_label_columns(columns: Iterable[str]) -> bool:
    """Whether these columns are those of a table of labels, and not of a manifest."""
    there = set(columns)
    return {"judge", "label"} <= there and bool(there & {"filename", "sha256"})


def of_table(table: TextTable, options: ImportOptions = DEFAULT) -> LabelRows:
    """Rows are counted as a spreadsheet shows them: the header is row 1."""
    readable = [(row.number, cells) for row, cells in as_mappings(table, unescape_formula) if not row.problem]
    order = options.dates or dates.order_of(str(cells.get(name, "")) for _, cells in readable for name in TIMES)
    rows = of_rows(readable, order)
    rows.notes.extend(table.notes)
    for row in table.rows:
        if row.problem:
            rows.refused.append(Refusal(row.cells[0] if row.cells else "", row.number, Message(OPEN_QUOTE)))
    return rows


def of_parquet(data: bytes) -> LabelRows:
    """Rows are counted as in a table whose header is row 1."""
    try:
        header, *rows = packed_tables.read_rows(PARQUET, data)
    except Refused as reason:
        raise Refused(
            "The Parquet file cannot be read: {reason}.",
            reason=reason,
        ) from None
    names = [str(name) for name in header.cells]
    if not has_label_columns(names):
        raise Refused("The Parquet file has no labels: expected columns judge, label, and filename or sha256.")
    return of_rows((row.number, dict(zip(names, row.cells, strict=True))) for row in rows)


def of_rows(rows: Iterable[tuple[int, Cells]], order: DateOrder | None = None) -> LabelRows:
    """Numbered rows as mappings; one that cannot be used is refused with the reason, the rest goes in."""
    read = LabelRows([], [])
    for number, cells in rows:
        try:
            if is_blank("label", words_of(cells, "label")):
                read.notes.add(NO_LABEL, number)
            else:
                read.labels.append(label_row(number, cells, read.notes, order))
        except Refused as reason:
            read.refused.append(Refusal.of(reason, words_of(cells, "filename") or words_of(cells, "sha256"), number))
    return read


def label_row(
    number: int,
    cells: Cells,
    notes: Notes,
    order: DateOrder | None = None,
    *,
    other_names: tuple[str, ...] = (),
    label_before: Label | None = None,
    is_rewritten: bool = False,
) -> LabelRow:
    """One judgement from cells named as in the table, as words or as values; Refused names the cell."""
    kind = _kind(cells)
    optional = OptionalCells(number, cells, notes, order)
    return LabelRow(
        row=number,
        filename=names.file_name(words_of(cells, "filename")),
        sha256=words_of(cells, "sha256").lower(),
        judge=name_of(cells, "judge"),
        label=label_of("label", words_of(cells, "label")),
        round=count_of(cells, "round", 1, 1000),
        decided_at=time_of(cells, "decided_at", order)
        if kind is not HistoryRowKind.JUDGEMENT
        else optional.time("decided_at"),
        seconds_heard=optional.number("seconds_heard"),
        replays=optional.count("replays", 0, 1_000_000),
        decision_s=optional.number("decision_s"),
        flag=optional.truth("flag"),
        comment=text_of(cells, "comment"),
        brought_by=words_of(cells, "brought_by")[:12] or None,
        newest_round=optional.count("newest_round", 1, 1000),
        wanted=optional.count("wanted", JUDGEMENTS_PER_RECORDING, JUDGEMENTS_WITH_A_THIRD_JUDGE),
        adjudication=_adjudication(cells, optional),
        kind=kind,
        undone_at=time_of(cells, "undone_at", order),
        repeat_of=time_of(cells, "repeat_of", order),
        other_names=other_names,
        label_before=label_before,
        is_rewritten=is_rewritten,
    )


def _adjudication(cells: Cells, optional: OptionalCells) -> AdjudicationRow | None:
    if is_blank("settled", words_of(cells, "settled")):
        return None
    label = label_of("settled", words_of(cells, "settled"))
    return AdjudicationRow(
        label, name_of(cells, "settled_by"), optional.time("settled_at"), text_of(cells, "settled_why")
    )


def _kind(cells: Cells) -> HistoryRowKind:
    """History rows need their times: without them a row cannot be recognised when it comes again."""
    word = words_of(cells, "kind").lower() or HistoryRowKind.JUDGEMENT
    if word not in set(HistoryRowKind):
        raise Refused(
            "kind is {word!r}; expected one of {known}",
            word=word,
            known=", ".join(HistoryRowKind),
        )
    needed = {
        HistoryRowKind.UNDONE: ("undone_at",),
        HistoryRowKind.SET_ASIDE: ("undone_at",),
        HistoryRowKind.DECISION: ("undone_at",),
        HistoryRowKind.REPEAT: ("repeat_of",),
    }
    is_past = word != HistoryRowKind.JUDGEMENT
    for name in ("round", "decided_at", *needed.get(HistoryRowKind(word), ())) if is_past else ():
        if not words_of(cells, name):
            raise Refused(
                "{name} is empty; a row of the kind '{word}' needs it",
                name=name,
                word=word,
            )
    return HistoryRowKind(word)

"""Labels as Label Studio exports them: JSON, JSON-MIN, CSV. Opens no database.

A task is a recording, an annotation a judgement: its choice is the label, `lead_time` the seconds to decide, the text
of a text area the comment. Of tasks that were exported from here (`label_studio_tasks`), JSON still has `meta` and
`data`, JSON-MIN and CSV have `data` alone. Label Studio replaces the author and the time of every annotation that it
imports, so both are read from there. In its own annotations the judge is whoever completed it: an email, or
`label-studio-` and a number. An annotation that cannot be used is refused by itself; the others of its task come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.domain.labels import Label
from core.errors import Refused
from core.messages import Message
from core.translation import mark
from core.workflows.importing.cells import is_blank
from core.workflows.importing.import_options import DEFAULT, ImportOptions
from core.workflows.importing.json_values import JsonObject, is_object, objects, read_json
from core.workflows.importing.label_cells import Cells
from core.workflows.importing.label_files import NO_LABEL, LabelRows, label_row
from core.workflows.importing.label_studio_answers import (
    choice_of,
    label_or_none,
    minimal_choice,
    minimal_text,
    texts_of,
)
from core.workflows.importing.label_studio_names import file_names
from core.workflows.importing.label_studio_tasks import ADJUDICATION, JUDGEMENTS, META
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.text_table import TextTable, as_mappings

NOBODY = "somebody"
NOT_BUILT_SO = Message("the task is not built as Label Studio builds them")


def of_json(data: bytes) -> LabelRows:
    """Judgements of an export (JSON or JSON-MIN) or of `tasks`; rows are counted from 1, one a task.

    Raises
    ------
    Refused
        It is no JSON, or no list of tasks.
    """
    value = read_json(data)
    if not isinstance(value, list) or not all(is_object(task) for task in value):
        raise Refused(
            "The JSON holds no list of tasks. From Label Studio export 'JSON' or 'JSON-MIN', from Prodigy what "
            "`prodigy db-out` writes (.jsonl)."
        )
    return of_tasks(enumerate(objects(value), start=1))


def of_tasks(numbered: Iterable[tuple[int, JsonObject]]) -> LabelRows:
    """Judgements of tasks, each with its number."""
    read = LabelRows([], [])
    reader = _Reader(read)
    minimal: list[tuple[int, JsonObject]] = []
    for number, task in numbered:
        if "annotations" in task or "completions" in task:
            reader.read_task(number, task)
        else:
            minimal.append((number, task))
    reader.read_minimal(minimal)
    return read


def is_minimal_table(columns: Iterable[str]) -> bool:
    """Whether these columns are those of Label Studio's CSV."""
    there = set(columns)
    return "annotator" in there and bool(there & {"annotation_id", "lead_time", "created_at"})


def of_table(table: TextTable, options: ImportOptions = DEFAULT) -> LabelRows:
    """Label Studio's CSV: the columns of JSON-MIN. Rows are counted as a spreadsheet shows them."""
    read = LabelRows([], [])
    read.notes.extend(table.notes)
    reader = _Reader(read)
    reader.read_minimal([(row.number, dict(cells)) for row, cells in as_mappings(table)])
    return read


class _Reader:
    """Reads annotations into rows; what cannot be used is refused with the number of its task."""

    def __init__(self, read: LabelRows) -> None:
        self._read = read
        self._n_nameless: dict[str, int] = {}

    def read_task(self, number: int, task: JsonObject) -> None:
        data = task["data"] if is_object(task.get("data")) else task
        if not is_object(data):
            return
        names = file_names(data)
        listed = task.get("annotations", task.get("completions"))  # as Label Studio called them before 1.0
        if not isinstance(listed, list):
            self._refuse(names, number, NOT_BUILT_SO)
            return
        of_task = {key: data.get(key) for key in ("sha256", "newest_round", "wanted")}
        exported = _exported(data)
        for place, annotation in enumerate(listed):
            if not is_object(annotation):
                self._refuse(names, number, NOT_BUILT_SO)
                continue
            results = objects(annotation.get("result"))
            if annotation.get("was_cancelled") or not results:
                continue  # skipped in Label Studio: no label was given
            try:
                ours = exported[place] if place < len(exported) and annotation.get("ground_truth") else {}
                cells, before = self._of_annotation(annotation, results, ours, f"task {number}")
                self._add(number, names, of_task | cells, before)
            except Refused as reason:
                self._refuse(names, number, _of_annotation(annotation, reason))

    def read_minimal(self, rows: Sequence[tuple[int, JsonObject]]) -> None:
        """JSON-MIN and CSV: one annotation a row, each question under the name that it has in the project."""
        by_task: dict[str, list[tuple[int, JsonObject]]] = {}
        for number, row in rows:
            by_task.setdefault(f"{row.get('id', '')} {file_names(row)}", []).append((number, row))
        for of_task in by_task.values():
            of_task.sort(key=lambda numbered: _annotation_number(numbered[1]))
            exported = _exported(of_task[0][1])
            for place, (number, row) in enumerate(of_task):
                self._read_minimal_row(number, row, exported[place] if place < len(exported) else None)

    def _read_minimal_row(self, number: int, row: JsonObject, exported: JsonObject | None) -> None:
        names = file_names(row)
        if not names:
            self._refuse(names, number, NOT_BUILT_SO)
            return
        of_task = {key: row.get(key) for key in ("sha256", "newest_round", "wanted")}
        try:
            chosen = minimal_choice(row)
            if not chosen:
                self._read.notes.add(NO_LABEL, number)
                return
            if exported is not None and (_is_same(exported, chosen) or _was_edited(row)):
                before = None if _is_same(exported, chosen) else label_or_none(exported.get("label"))
                self._add(number, names, of_task | exported | {"label": chosen}, before)
                return
            cells: JsonObject = {
                "judge": self._who(row.get("annotator"), f"{names[0]} {row.get('id', '')}"),
                "label": chosen,
                "decided_at": row.get("created_at"),
                "decision_s": row.get("lead_time"),
                "comment": minimal_text(row.get("comment")),
            }
            self._add(number, names, of_task | cells)
        except Refused as reason:
            self._read.refused.append(Refusal.of(reason, names[0] if names else "", number))

    def _add(self, number: int, names: tuple[str, ...], cells: Cells, before: Label | None = None) -> None:
        named: JsonObject = {"filename": names[0] if names else ""} | dict(cells)
        row = label_row(number, named, self._read.notes, other_names=names[1:], label_before=before, is_rewritten=True)
        self._read.labels.append(row)

    def _refuse(self, names: tuple[str, ...], number: int, reason: Message) -> None:
        self._read.refused.append(Refusal(names[0] if names else "", number, reason))

    def _of_annotation(
        self, annotation: JsonObject, results: list[JsonObject], exported: JsonObject, task: str
    ) -> tuple[JsonObject, Label | None]:
        """The cells of an annotation, and its label before it was changed in Label Studio.

        exported : the judgement that it was, where editing has removed `meta`
        """
        choice, word = choice_of(results)
        meta = choice["meta"] if is_object(choice.get("meta")) else exported
        before = label_or_none(meta.get("label")) if is_object(meta) else None
        cells: JsonObject = {
            "label": word,
            "decided_at": annotation.get("created_at"),
            "decision_s": annotation.get("lead_time"),
            "comment": " ".join(text for result in results for text in texts_of(result)),
        }
        if is_object(meta):
            cells |= {name: meta[name] for name in (*META, *ADJUDICATION) if name in meta}
        if not cells.get("judge"):
            cells["judge"] = self._who(annotation.get("completed_by"), task)
        is_changed = before is not None and before.casefold() != word.casefold()
        return cells, before if is_changed else None

    def _who(self, completed_by: object, task: str) -> str:
        """People without a name are numbered within a task: two annotations are two people."""
        person = completed_by
        if is_object(completed_by):
            person = completed_by.get("email") or completed_by.get("id")
        word = "" if person is None else str(person).strip()
        if word and not is_blank("annotator", word):
            is_number = word.replace(".0", "").isdigit()
            return f"label-studio-{int(float(word))}" if is_number else word
        self._n_nameless[task] = self._n_nameless.get(task, 0) + 1
        words = mark("Annotations of people without a name: those of one task count as different people")
        self._read.notes.add(Message(words))
        number = self._n_nameless[task]
        return f"label-studio-{NOBODY}" + (f"-{number}" if number > 1 else "")


def _of_annotation(annotation: JsonObject, reason: Refused) -> Message:
    number = annotation.get("id", "")
    if number == "":
        return Message("annotation: {reason}", {"reason": reason})
    return Message("annotation {id}: {reason}", {"id": str(number), "reason": reason})


def _exported(data: Mapping[str, object]) -> list[JsonObject]:
    """The judgements that a task of ours was exported with."""
    written = data.get(JUDGEMENTS)
    if not isinstance(written, str):
        return []
    try:
        return objects(read_json(written.encode()))
    except Refused:
        return []


def _annotation_number(row: JsonObject) -> int:
    """Label Studio numbers annotations as they come: those that were imported come first."""
    word = str(row.get("annotation_id", ""))
    return int(word) if word.isdigit() else 0


def _is_same(exported: JsonObject, chosen: str) -> bool:
    return str(exported.get("label")).casefold() == chosen.casefold()


def _was_edited(row: JsonObject) -> bool:
    """Label Studio writes both times at once, a few milliseconds apart, when an annotation is made."""
    times = [str(row.get(name, ""))[:19] for name in ("created_at", "updated_at")]
    return bool(times[1]) and times[0] != times[1]

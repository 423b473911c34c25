"""Judgements as tasks that Label Studio imports: a task is a recording, an annotation a judgement.

What Label Studio has no place for (round, seconds heard, flag, staff's decisions) is written to `meta` of the choice
and to `data` of the task, both of which Label Studio keeps unchanged. `label_studio` reads them back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from core.workflows.importing.json_values import JsonObject
from core.workflows.importing.label_studio_answers import (
    QUESTION,
)

SERVED_FROM = "/data/local-files/?d="  # Label Studio's address of files in a folder of its machine


TASK = ("filename", "sha256", "child", "language", "word", "source", "split", "newest_round", "wanted")


META = ("judge", "round", "decided_at", "seconds_heard", "replays", "decision_s", "flag", "brought_by")


ADJUDICATION = ("settled", "settled_by", "settled_at", "settled_why")


JUDGEMENTS = "judgements"  # of a task's data: those that were exported, in the order of its annotations, as JSON


Row = Mapping[str, object]


def tasks(rows: Sequence[Row], unjudged: Iterable[Row] = ()) -> list[JsonObject]:
    """One task a recording, out of the rows of `export labels`, which come by recording.

    unjudged : recordings without any judgement, as rows that have the columns of `TASK`; their tasks wait for one.
    """
    by_recording: dict[str, list[Row]] = {}
    for row in (*rows, *unjudged):
        by_recording.setdefault(str(row["sha256"]), []).append(row)
    return [_task(of_recording) for of_recording in by_recording.values()]


def _task(rows: Sequence[Row]) -> JsonObject:
    first = rows[0]
    judged = [row for row in rows if row.get("label") is not None]
    data: JsonObject = {"audio": SERVED_FROM + quote(str(first["filename"]), safe="/")}
    data |= {name: first[name] for name in TASK} | {"consensus": first.get("consensus")}
    exported = [_meta(row) | {"comment": row["comment"]} for row in judged]
    data |= {JUDGEMENTS: json.dumps(exported, ensure_ascii=False, default=as_text)} if judged else {}
    return {"data": data, "annotations": [_annotation(row) for row in judged]}


def _meta(row: Row) -> JsonObject:
    meta = {name: row[name] for name in (*META, "label")}
    return meta | {name: row[name] for name in ADJUDICATION if row["settled"]}


def _annotation(row: Row) -> JsonObject:
    value = {"choices": [row["label"]]}
    choice: JsonObject = {"from_name": QUESTION, "to_name": "audio", "type": "choices", "value": value}
    result: list[JsonObject] = [choice | {"meta": _meta(row)}]
    if row["comment"]:
        text = {"text": [row["comment"]]}
        result.append({"from_name": "comment", "to_name": "audio", "type": "textarea", "value": text})
    return {"result": result, "lead_time": row["decision_s"], "created_at": row["decided_at"], "was_cancelled": False}


def as_text(value: object) -> str:
    """A value that JSON has no type for as text: times in ISO 8601."""
    return value.isoformat() if isinstance(value, datetime) else str(value)

"""Labels as JSON that Label Studio imports, and as it exports them. Opens no database.

A task is a recording, an annotation a judgement: its choice is the label, `lead_time` the seconds to decide, the text
of a text area the comment. What Label Studio has no place for (round, seconds heard, flag, staff's decisions) travels
in `meta` of the choice and in `data` of the task, both of which Label Studio keeps as they are. In its own exports a
judge is who completed the annotation: an email, or `label-studio-` and a number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from core.errors import Refused
from core.workflows.importing.label_files import ToldLabel, ToldLabels, told_label
from core.workflows.importing.manifest_file import Refusal

SERVED_FROM = "/data/local-files/?d="  # Label Studio's address of files in a folder of its machine
TASK = ("filename", "sha256", "child", "language", "word", "source", "split", "newest_round", "wanted")
META = ("judge", "round", "decided_at", "seconds_heard", "replays", "decision_s", "flag", "brought_by")
SETTLED = ("settled", "settled_by", "settled_at", "settled_why")
UPLOADED = re.compile(r"^[0-9a-f]{8}-")  # what Label Studio puts before the name of an uploaded file


def tasks(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One task a recording out of the rows of `export labels`, which come by recording."""
    made: dict[str, dict[str, Any]] = {}
    for row in rows:
        data = {"audio": SERVED_FROM + row["filename"]} | {name: row[name] for name in TASK}
        task = made.setdefault(row["sha256"], {"data": data | {"consensus": row["consensus"]}, "annotations": []})
        task["annotations"].append(_annotation(row))
    return list(made.values())


def of_json(data: bytes) -> ToldLabels:
    """Judgements of an export (JSON or JSON-MIN) or of `tasks`; rows are counted from 1, one a task.

    Raises
    ------
    Refused
        It is no JSON, or no list of tasks.
    """
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refused(f"The JSON cannot be read: {error}.") from None
    if not isinstance(found, list) or not all(isinstance(task, dict) for task in found):
        raise Refused("The JSON holds no list of tasks, as Label Studio exports them.")
    labels: list[ToldLabel] = []
    refused: list[Refusal] = []
    for number, task in enumerate(found, start=1):
        name = _filename(_data(task))
        try:
            labels += [told_label(number, cells) for cells in _judgements(task, name)]
        except Refused as reason:
            refused.append(Refusal(name, number, str(reason)))
        except (AttributeError, KeyError, TypeError, IndexError):
            refused.append(Refusal(name, number, "the task is not built as Label Studio builds them"))
    return ToldLabels(labels, refused)


def _annotation(row: dict[str, Any]) -> dict[str, Any]:
    meta = {name: row[name] for name in META} | {name: row[name] for name in SETTLED if row["settled"]}
    choice = {"from_name": "label", "to_name": "audio", "type": "choices", "value": {"choices": [row["label"]]}}
    result = [choice | {"meta": meta}]
    if row["comment"]:
        text = {"text": [row["comment"]]}
        result.append({"from_name": "comment", "to_name": "audio", "type": "textarea", "value": text})
    return {"result": result, "lead_time": row["decision_s"], "created_at": row["decided_at"], "was_cancelled": False}


def _judgements(task: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    data = _data(task)
    of_task = {"filename": name} | {key: data.get(key) for key in ("sha256", "newest_round", "wanted")}
    if "annotations" not in task:
        yield of_task | _of_minimal(task)
        return
    for annotation in task["annotations"]:
        results = annotation.get("result") or []
        if annotation.get("was_cancelled") or not results:
            continue  # skipped in Label Studio: no label was given
        yield of_task | _of_annotation(annotation, results)


def _of_annotation(annotation: dict[str, Any], results: list[dict[str, Any]]) -> dict[str, Any]:
    chosen = [result for result in results if "choices" in result.get("value", {})]
    if len(chosen) != 1 or len(chosen[0]["value"]["choices"]) != 1:
        raise Refused("an annotation has not exactly one choice")
    texts = [text for result in results for text in _texts(result)]
    cells = {
        "judge": _who(annotation.get("completed_by")),
        "label": chosen[0]["value"]["choices"][0],
        "decided_at": annotation.get("created_at"),
        "decision_s": annotation.get("lead_time"),
        "comment": " ".join(texts),
    }
    meta = chosen[0].get("meta") or {}
    return cells | {name: meta[name] for name in (*META, *SETTLED) if name in meta}


def _of_minimal(task: dict[str, Any]) -> dict[str, Any]:
    """JSON-MIN: one annotation a row; the choice stands under the name that it has in the project."""
    words = [value for key, value in task.items() if isinstance(value, str) and key in ("label", "choice", "sentiment")]
    return {
        "judge": _who(task.get("annotator")),
        "label": words[0] if words else "",
        "decided_at": task.get("created_at"),
        "decision_s": task.get("lead_time"),
        "comment": task.get("comment"),
    }


def _texts(result: dict[str, Any]) -> list[str]:
    text = result.get("value", {}).get("text", [])
    return [text] if isinstance(text, str) else [str(one) for one in text]


def _who(completed_by: Any) -> str:
    if isinstance(completed_by, dict):
        return str(completed_by.get("email") or f"label-studio-{completed_by.get('id', 'somebody')}")
    return f"label-studio-{'somebody' if completed_by is None else completed_by}"


def _data(task: dict[str, Any]) -> dict[str, Any]:
    """JSON-MIN has the data of a task beside everything else."""
    return task["data"] if isinstance(task.get("data"), dict) else task


def _filename(data: dict[str, Any]) -> str:
    """The name it has here, or what the address of the sound says: the file's name, without what an upload adds."""
    if data.get("filename"):
        return str(data["filename"])
    address = urlsplit(str(data.get("audio") or data.get("url") or ""))
    local = parse_qs(address.query).get("d")
    if local:
        return local[0]
    return UPLOADED.sub("", unquote(address.path).rsplit("/", 1)[-1])

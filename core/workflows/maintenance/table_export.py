"""Labels and predictions as tables for programs: CSV or Parquet, by the ending of the file's name; labels also as JSON
that Label Studio imports. `import` takes the labels back and loses nothing.

Probabilities are written with every digit they have, so that figures recomputed from a file equal the report's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.permissions import Permission
from core.errors import NotFound, Refused
from core.workflows.accounts import authorisation
from core.workflows.evaluation import model_evaluation
from core.workflows.importing import label_studio
from db import audit, session
from db import exports as rows_of

if TYPE_CHECKING:
    import pandas as pd

PREDICTIONS = "model filename sha256 child language split label p_accepted p_noise p_speechless"
LABELS = (
    "filename sha256 child language word source split judge label round decided_at seconds_heard flag comment "
    "consensus replays decision_s brought_by newest_round wanted settled settled_by settled_at settled_why"
)
NUMBERS = ("p_accepted", "p_noise", "p_speechless", "seconds_heard", "decision_s")
HISTORY = f"{LABELS} kind undone_at repeat_of"
ENDINGS = (".csv", ".parquet")


def export_labels(out: Path, *, has_history: bool = False, actor: Actor = COMMAND_LINE) -> int:
    """Every judgement in force, of every round, with its recording, the consensus and what staff decided.

    Parameters
    ----------
    has_history : write what was taken back and the repeats as well, in rows that the column `kind` tells apart. Not
        as JSON: Label Studio would take each of them for a judgement.

    Returns
    -------
    How many rows were written.
    """
    authorisation.require_first(actor, Permission.EXPORT)
    _check(out, ENDINGS if has_history else (*ENDINGS, ".json"))
    with session.reading() as tx:
        found = rows_of.history(tx) if has_history else rows_of.labels(tx)
    with session.writing() as tx:  # nobody waits while everything is read
        authorisation.require(tx, actor, Permission.EXPORT)
        detail = {"rows": len(found)} | ({"history": True} if has_history else {})
        audit.record(tx, actor.account_id, actor.name, "export labels", out.name, detail)
    if out.suffix.lower() == ".json":
        return _write_json(found, out)
    columns = (HISTORY if has_history else LABELS).split()
    # with CRLF, a line break of either kind within a comment is quoted, and comes back as it was
    return _write([tuple(row[name] for name in columns) for row in found], columns, out, line_end="\r\n")


def export_predictions(out: Path, model_id: str | None = None, *, actor: Actor = COMMAND_LINE) -> int:
    """What one model, or the champion, says of every recording of its snapshot; how many rows were written.

    Label and split are those of the snapshot that the model learned from, as in its report.
    """
    authorisation.require_first(actor, Permission.EXPORT)
    _check(out)
    model = model_evaluation.model_or_champion(model_id)
    with session.reading() as tx:
        found = rows_of.predictions(tx, model.id)
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.EXPORT)
        audit.record(tx, actor.account_id, actor.name, "export predictions", model.id, {"rows": len(found)})
    return _write(found, PREDICTIONS.split(), out)


def _check(out: Path, endings: Sequence[str] = ENDINGS) -> None:
    if out.suffix.lower() not in endings:
        raise Refused(f"{out} cannot be written: expected a name that ends in {' or '.join(endings)}.")
    if not out.absolute().parent.is_dir():
        raise NotFound(f"There is no folder {out.absolute().parent}; make it first.")


def _write_json(found: Sequence[dict[str, Any]], out: Path) -> int:
    text = json.dumps(label_studio.tasks(found), ensure_ascii=False, default=datetime.isoformat, indent=1)
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror or error}.") from None
    return len(found)


def _write(found: Sequence[tuple[Any, ...]], columns: Sequence[str], out: Path, *, line_end: str = "\n") -> int:
    table = _table(found, columns)
    try:
        if out.suffix.lower() == ".parquet":
            table.to_parquet(out, index=False)
        else:
            table.to_csv(out, index=False, lineterminator=line_end)
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror or error}.") from None
    return len(table)


def _table(found: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(list(found), columns=list(columns))
    for name in NUMBERS:
        if name in table:
            table[name] = table[name].astype("float64")  # a column without any value is still one of numbers
    return table

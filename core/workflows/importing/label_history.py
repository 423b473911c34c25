"""Writing the history in a label file: judgements and decisions that were taken back, repeats, known answers.

None of it counts as a judgement. What is here already is known by whose it is, and when; twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from core.domain.actor import Actor
from core.domain.labels import HistoryRowKind, Label
from core.messages import Message
from core.translation import mark
from core.workflows.importing.label_files import LabelRow
from core.workflows.importing.recording_rows import ImportSummary, judge_id
from db import label_restore, session
from db.label_restore import PastJudgement, When

Values = dict[str, object]
NO_PLACE_FOR_REPEAT = mark("{judge}: The repeat {label} was not taken: another one stands")
NO_PLACE_FOR_KNOWN_ANSWER = mark("{judge}: The known answer {label} was not taken: another one stands")


def not_taken_back(
    tx: session.Connection, recording_id: int, rows: list[LabelRow], summary: ImportSummary, actor: Actor
) -> Iterator[LabelRow]:
    """The judgements of a file without those that their judges took back here after it was written."""
    judged = label_restore.judged(tx, recording_id)
    for row in rows:
        same = judged.get(_when(row, judge_id(tx, row.judge, summary, actor))) if judged else None
        if same is not None and same.is_undone:
            words = mark("{judge}: The label {label} was not taken: it was taken back here")
            summary.notes.add(_about(row, words, row.label), row.row)
        else:
            yield row


def keep(
    tx: session.Connection, recording_id: int, labels: list[LabelRow], summary: ImportSummary, actor: Actor
) -> int:
    """Write the history of one recording, once its judgements are here; how many rows are new."""
    past = [
        (row, judge_id(tx, row.judge, summary, actor)) for row in labels if row.kind is not HistoryRowKind.JUDGEMENT
    ]
    n_new = 0
    for row, account_id in past:
        if row.kind in (HistoryRowKind.UNDONE, HistoryRowKind.SET_ASIDE):
            n_new += _keep_undone(tx, recording_id, row, account_id, summary)
        elif row.kind is HistoryRowKind.DECISION:
            place: Values = {"recording_id": recording_id, "account_id": account_id, "round": row.round}
            decided: Values = {"label": row.label, "reason": row.comment, "decided_at": row.decided_at}
            n_new += label_restore.add_undone_decision(tx, place | decided | {"undone_at": row.undone_at})
        elif row.kind is HistoryRowKind.KNOWN_ANSWER:
            n_new += _keep_known_answer(tx, recording_id, row, account_id, summary)
    repeated = [(row, account_id) for row, account_id in past if row.kind is HistoryRowKind.REPEAT]
    first = label_restore.judged(tx, recording_id) if repeated else {}
    return n_new + sum(_keep_repeat(tx, recording_id, row, who, first, summary) for row, who in repeated)


def as_given(row: LabelRow) -> Values:
    """A label with how it was heard, as judgements and repeats have it alike."""
    return {
        "label": row.label,
        "decided_at": row.decided_at or session.now(),
        "seconds_heard": row.seconds_heard,
        "replays": row.replays,
        "decision_s": row.decision_s,
        "flag": row.flag,
        "comment": row.comment,
    }


def _keep_undone(
    tx: session.Connection, recording_id: int, row: LabelRow, account_id: int, summary: ImportSummary
) -> bool:
    same = label_restore.judged(tx, recording_id).get(_when(row, account_id))
    if same is None:
        place: Values = {"recording_id": recording_id, "account_id": account_id, "round": row.round}
        # here nobody can let it count again, and its judge does not judge it anew
        more: Values = {"brought_by": row.brought_by, "undone_at": row.undone_at}
        more |= {"bars_judge": row.kind is HistoryRowKind.SET_ASIDE}
        label_restore.add(tx, [place | as_given(row) | more])
    elif not same.is_undone:
        words = mark("{judge}: The label {label} stands here; the file says that it was taken back")
        summary.notes.add(_about(row, words, same.label), row.row)
    return same is None


def _keep_repeat(
    tx: session.Connection,
    recording_id: int,
    row: LabelRow,
    account_id: int,
    judged: dict[When, PastJudgement],
    summary: ImportSummary,
) -> bool:
    first = judged.get((account_id, row.round, row.repeat_of))
    if first is None:
        words = mark("{judge}: The repeat was not taken: the judgement that it repeats is not here")
        summary.notes.add(_about(row, words, row.label), row.row)
        return False
    if not _has_place(label_restore.repeats_of(tx, first.id), row, NO_PLACE_FOR_REPEAT, summary):
        return False
    place: Values = {"recording_id": recording_id, "account_id": account_id, "judgement_id": first.id}
    label_restore.add_repeat(tx, place | as_given(row) | {"undone_at": row.undone_at})
    return True


def _keep_known_answer(
    tx: session.Connection, recording_id: int, row: LabelRow, account_id: int, summary: ImportSummary
) -> bool:
    before = label_restore.known_answers_of(tx, recording_id, account_id)
    if not _has_place(before, row, NO_PLACE_FOR_KNOWN_ANSWER, summary):
        return False
    place: Values = {"recording_id": recording_id, "account_id": account_id, "round": row.round}
    label_restore.add_known_answer(tx, place | as_given(row) | {"undone_at": row.undone_at})
    return True


def _has_place(before: Mapping[datetime, datetime | None], row: LabelRow, words: str, summary: ImportSummary) -> bool:
    """Whether it is new, and none stands in its place, which is noted in these words.

    before : when each was decided, and undone if it was
    """
    if row.decided_at in before:
        return False
    if row.undone_at is None and None in before.values():
        summary.notes.add(_about(row, words, row.label), row.row)
        return False
    return True


def _about(row: LabelRow, words: str, label: Label) -> Message:
    return Message(words, {"judge": row.judge, "label": Message(label.value)})


def _when(row: LabelRow, account_id: int) -> When:
    return account_id, row.round, row.decided_at

"""Writing what a file tells of the past: judgements and decisions that were taken back, and repeats.

None of it counts as a judgement. What is here already is known by who said it, and when; twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.domain.actor import Actor
from core.domain.labels import HistoryRowKind
from core.workflows.importing.label_files import ToldLabel
from core.workflows.importing.recording_rows import Tally, judge_id
from db import label_restore, session
from db.label_restore import Judged, When


def not_taken_back(
    tx: session.Connection, recording_id: int, judged: list[ToldLabel], tally: Tally, actor: Actor
) -> Iterator[ToldLabel]:
    """The judgements of a file without those that their judges took back here after it was written."""
    here = label_restore.judged(tx, recording_id)
    for told in judged:
        same = here.get(_when(told, judge_id(tx, told.judge, tally, actor))) if here else None
        if same is not None and same.is_undone:
            tally.note(f"{told.judge}: The label {told.label} was not taken: it was taken back here", told.row)
        else:
            yield told


def keep(tx: session.Connection, recording_id: int, labels: list[ToldLabel], tally: Tally, actor: Actor) -> int:
    """Write the history of one recording, once its judgements are here; how many rows are new."""
    past = [
        (told, judge_id(tx, told.judge, tally, actor)) for told in labels if told.kind is not HistoryRowKind.JUDGEMENT
    ]
    kept = 0
    for told, account_id in past:
        if told.kind is HistoryRowKind.UNDONE:
            kept += _keep_undone(tx, recording_id, told, account_id, tally)
        elif told.kind is HistoryRowKind.DECISION:
            place = {"recording_id": recording_id, "account_id": account_id, "round": told.round}
            decided = {"label": told.label, "reason": told.comment, "decided_at": told.decided_at}
            kept += label_restore.add_undone_decision(tx, place | decided | {"undone_at": told.undone_at})
    repeated = [one for one in past if one[0].kind is HistoryRowKind.REPEAT]
    first = label_restore.judged(tx, recording_id) if repeated else {}
    return kept + sum(_keep_repeat(tx, recording_id, told, who, first, tally) for told, who in repeated)


def as_given(told: ToldLabel) -> dict[str, Any]:
    """A label with how it was given, as judgements and repeats have it alike."""
    return {
        "label": told.label,
        "decided_at": told.decided_at or session.now(),
        "seconds_heard": told.seconds_heard,
        "replays": told.replays,
        "decision_s": told.decision_s,
        "flag": told.flag,
        "comment": told.comment,
    }


def _keep_undone(tx: session.Connection, recording_id: int, told: ToldLabel, account_id: int, tally: Tally) -> bool:
    same = label_restore.judged(tx, recording_id).get(_when(told, account_id))
    if same is None:
        place = {"recording_id": recording_id, "account_id": account_id, "round": told.round}
        more = {"brought_by": told.brought_by, "undone_at": told.undone_at}
        label_restore.add(tx, [place | as_given(told) | more])
    elif not same.is_undone:
        tally.note(f"{told.judge}: The label {same.label} stands here; the file says that it was taken back", told.row)
    return same is None


def _keep_repeat(
    tx: session.Connection,
    recording_id: int,
    told: ToldLabel,
    account_id: int,
    here: dict[When, Judged],
    tally: Tally,
) -> bool:
    first = here.get((account_id, told.round, told.repeat_of))
    if first is None:
        tally.note(f"{told.judge}: The repeat was not taken: the judgement that it repeats is not here", told.row)
        return False
    before = label_restore.repeats_of(tx, first.id)
    if told.decided_at in before:
        return False
    if told.undone_at is None and None in before.values():
        tally.note(f"{told.judge}: The repeat {told.label} was not taken: another one stands", told.row)
        return False
    place = {"recording_id": recording_id, "account_id": account_id, "judgement_id": first.id}
    label_restore.add_repeat(tx, place | as_given(told) | {"undone_at": told.undone_at})
    return True


def _when(told: ToldLabel, account_id: int) -> When:
    return account_id, told.round, told.decided_at

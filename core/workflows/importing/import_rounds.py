"""Which round a recording stands in after the labels of a file.

A later round puts every label of the earlier ones out of force, so a file begins one only when it shows how that round
began: each round before it is in the file and over, and the file has all that is in force in the database. Where no
judgement and no decision is in force, a file that states `newest_round`, or that knows one round only, is followed as
it is. Rows that are not followed are named in the summary's notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.consensus import consensus
from core.domain.labels import JUDGEMENTS_PER_RECORDING, HistoryRowKind, JudgingState, Label
from core.messages import Message
from core.translation import mark
from core.workflows.importing.label_files import LabelRow
from core.workflows.importing.recording_rows import ImportSummary, judge_id
from db import label_restore, recordings, session

OVER = (JudgingState.AGREED, JudgingState.DISAGREED, JudgingState.SETTLED)
NOT_SHOWN = mark(
    "the recording stands in round {reached}, and the file does not show how a later one began. Leave the column round "
    "out, or import the whole export that it comes from"
)


@dataclass(frozen=True)
class RoundInForce:
    """A recording's round before a file is written, with what is in force in it: labels by account, a decision."""

    number: int
    wanted: int
    labels: Mapping[int, Label]
    decision: Label | None

    @property
    def is_empty(self) -> bool:
        return not self.labels and self.decision is None

    @property
    def consensus(self) -> Label | None:
        return consensus(list(self.labels.values()), self.decision, wanted=self.wanted)[1]


def in_force(tx: session.Connection, recording_id: int, number: int, wanted: int) -> RoundInForce:
    """What is in force in the recording's round `number`."""
    every = label_restore.in_force(tx, recording_id)
    decision = label_restore.decision(tx, recording_id, number)
    labels = {account_id: label for (account_id, of_round), label in every.items() if of_round == number}
    return RoundInForce(number, wanted, labels, decision[0] if decision else None)


def choose(
    tx: session.Connection, before: RoundInForce, labels: Sequence[LabelRow], summary: ImportSummary, actor: Actor
) -> tuple[int, list[LabelRow]]:
    """The round that the recording stands in from now on, and the labels that can be taken with it."""
    claimed = max([before.number, *(_claimed(label) for label in labels)])
    reached = _reached(tx, before, labels, claimed, summary, actor)
    taken = [label for label in labels if (label.round or 1) <= reached]
    if reached < claimed:
        _name_what_is_not_taken(labels, reached, summary)
    elif reached > before.number and before.consensus is not None:
        words = mark(
            "A label {label} of round {round} counts no more: the file has what came after it, up to round {reached}"
        )
        values = {"label": Message(before.consensus.value), "round": before.number, "reached": reached}
        summary.notes.add(Message(words, values), labels[0].row)
    return reached, taken


def set_wanted(
    tx: session.Connection,
    recording_id: int,
    before: RoundInForce,
    reached: int,
    labels: Sequence[LabelRow],
    summary: ImportSummary,
) -> int:
    """Let the recording stand in a round and wait for as many judgements as the file states; never for fewer.

    Waiting for more would end an agreement: that takes the third judgement itself, see `keep_agreement`.
    """
    stated = [label.wanted or 0 for label in labels if (label.newest_round or label.round or reached) == reached]
    wanted = max([JUDGEMENTS_PER_RECORDING, *stated, before.wanted if reached == before.number else 0])
    recordings.set_round(tx, recording_id, round_=reached, wanted=wanted)
    return wanted


def keep_agreement(
    tx: session.Connection, recording_id: int, before: RoundInForce, wanted: int, row: int, summary: ImportSummary
) -> None:
    """Undo a raised number of judgements where the third did not come and an agreement would be lost for it."""
    if wanted == before.wanted or before.consensus is None or before.decision is not None:
        return
    if len(in_force(tx, recording_id, before.number, wanted).labels) < wanted:
        recordings.set_round(tx, recording_id, round_=before.number, wanted=before.wanted)
        words = mark("A third judge is not waited for: the label {label} stands, and the file has no third one")
        summary.notes.add(Message(words, {"label": Message(before.consensus.value)}), row)


def _claimed(label: LabelRow) -> int:
    return max(label.newest_round or 1, label.round or 1)


def _reached(
    tx: session.Connection,
    before: RoundInForce,
    labels: Sequence[LabelRow],
    claimed: int,
    summary: ImportSummary,
    actor: Actor,
) -> int:
    is_stated = all(label.newest_round == claimed for label in labels)
    has_one_round = len({label.round for label in labels}) == 1
    if before.is_empty and (is_stated or has_one_round):
        return claimed
    number = reached = before.number
    while number < claimed and _is_over(tx, before, number, labels, summary, actor):
        number += 1
        if number == claimed or any(label.round == number for label in labels):
            reached = number
    return reached


def _is_over(
    tx: session.Connection,
    before: RoundInForce,
    number: int,
    labels: Sequence[LabelRow],
    summary: ImportSummary,
    actor: Actor,
) -> bool:
    """Whether the file has the whole of a round: enough labels or a decision, and no other label is in force in it."""
    of_round = [label for label in labels if label.kind is HistoryRowKind.JUDGEMENT and (label.round or 1) == number]
    decision = next((label.adjudication.label for label in of_round if label.adjudication), None)
    by_account = {judge_id(tx, label.judge, summary, actor): label.label for label in of_round}
    if number == before.number:
        has_all = all(by_account.get(account_id) is label for account_id, label in before.labels.items())
        if not has_all or before.decision not in (None, decision):
            return False
    return consensus(list(by_account.values()), decision)[0] in OVER


def _name_what_is_not_taken(labels: Sequence[LabelRow], reached: int, summary: ImportSummary) -> None:
    why = Message(NOT_SHOWN, {"reached": reached})
    for label in labels:
        if (label.round or 1) > reached:
            words = mark("{judge}: The label {label} of round {round} was not taken: {why}")
            values = {"judge": label.judge, "label": Message(label.label.value), "round": str(label.round), "why": why}
            summary.notes.add(Message(words, values), label.row)
        elif (label.newest_round or 1) > reached:
            words = mark("Round {round} was not begun: {why}")
            summary.notes.add(Message(words, {"round": str(label.newest_round), "why": why}), label.row)

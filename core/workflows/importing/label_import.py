"""Writing the labels of a file to recordings in the database: judgements, rounds, decisions of staff.

Nothing that is here is changed, only added to; what contradicts it is noted. Twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.domain import labelling
from core.domain.actor import Actor
from core.domain.labels import HistoryRowKind, Label
from core.domain.names import file_key, file_name, plain_file_name
from core.messages import Message
from core.translation import mark
from core.workflows.importing import import_rounds, label_history
from core.workflows.importing.import_rounds import RoundInForce
from core.workflows.importing.label_files import LabelRow
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.manifest_rows import ManifestRow
from core.workflows.importing.recording_rows import ImportSummary, judge_id
from db import label_restore, session

NOT_HERE = mark("no recording with this SHA-256 or file name is here; bring the recordings in first")
SEVERAL = mark("several recordings have this file name; the file must name the SHA-256")

Places = dict[str, set[int]]


@dataclass
class RecordingIndex:
    """Every recording that is here, by what a file may call it; a name that several have leads to none.

    A name is tried as the whole path, then by its last part, then in the other forms that tools give it, then without
    its ending: what is closer to the name that a recording has here comes first.
    """

    by_sha256: dict[str, int] = field(default_factory=dict)
    sha256_by_id: dict[int, str] = field(default_factory=dict)
    by_path: Places = field(default_factory=dict)
    by_last_part: Places = field(default_factory=dict)
    by_key: Places = field(default_factory=dict)
    by_plain: Places = field(default_factory=dict)
    by_stem: Places = field(default_factory=dict)

    @classmethod
    def now(cls) -> RecordingIndex:
        index = cls()
        with session.reading() as tx:
            for recording_id, sha256, filename in label_restore.names(tx):
                index.by_sha256[sha256] = recording_id
                index.sha256_by_id[recording_id] = sha256
                path = file_name(filename)
                last = PurePosixPath(path).name
                for places, name in (
                    (index.by_path, path),
                    (index.by_last_part, last),
                    (index.by_key, file_key(last)),
                    (index.by_plain, plain_file_name(path)),
                    (index.by_stem, file_key(PurePosixPath(last).stem)),
                ):
                    places.setdefault(name, set()).add(recording_id)
        return index

    def sha256_of(self, row: ManifestRow) -> str | None:
        """The recording that a row of a table means which came without its files: by SHA-256, else by its whole path.

        Never by a part of it: the same name in two folders may be two recordings.
        """
        stated = row.extra.get("sha256", "").lower()
        if stated:
            return stated if stated in self.by_sha256 else None
        numbers = self.by_path.get(file_name(row.filename), set())
        return self.sha256_by_id[next(iter(numbers))] if len(numbers) == 1 else None

    def find(self, row: LabelRow) -> int | str:
        """The recording's number, or why there is none."""
        if row.sha256:
            return self.by_sha256.get(row.sha256, NOT_HERE)
        names = [file_name(name) for name in (row.filename, *row.other_names) if name]
        last = [PurePosixPath(name).name for name in names]
        steps = (
            (self.by_path, names),
            (self.by_last_part, last),
            (self.by_key, [file_key(name) for name in last]),
            (self.by_plain, [plain_file_name(name) for name in last if row.is_rewritten]),
            (self.by_stem, [file_key(name) for name in last if not PurePosixPath(name).suffix]),
        )
        for places, wanted in steps:
            for name in wanted:
                if name in places:
                    return next(iter(places[name])) if len(places[name]) == 1 else SEVERAL
        return NOT_HERE


def by_recording(labels: Iterable[LabelRow], summary: ImportSummary) -> Iterator[tuple[int, list[LabelRow]]]:
    """The labels of each recording that is here; the others are refused."""
    index = RecordingIndex.now()
    located: dict[int, list[LabelRow]] = {}
    for row in labels:
        place = index.find(row)
        if isinstance(place, str):
            summary.refused.append(Refusal(row.filename or row.sha256, row.row, Message(place)))
        else:
            located.setdefault(place, []).append(row)
    yield from located.items()


def keep_labels(
    tx: session.Connection, recording_id: int, labels: list[LabelRow], summary: ImportSummary, actor: Actor
) -> None:
    """Write the labels of one recording and count them."""
    standing = label_restore.hold(tx, recording_id)
    if standing is None:
        return  # erased since
    before = import_rounds.in_force(tx, recording_id, *standing)
    first_row = labels[0].row
    this_round, labels = import_rounds.choose(tx, before, labels, summary, actor)
    wanted = import_rounds.set_wanted(tx, recording_id, before, this_round, labels, summary)
    judged = [row for row in labels if row.kind is HistoryRowKind.JUDGEMENT]
    _keep_judgements(tx, recording_id, judged, this_round, wanted, summary, actor)
    summary.judgements += label_history.keep(tx, recording_id, labels, summary, actor)
    summary.known += 1
    for row in judged:
        _adjudicate(tx, recording_id, row, row.round or this_round, before, summary, actor)
    if this_round == before.number:
        import_rounds.keep_agreement(tx, recording_id, before, wanted, first_row, summary)


def _keep_judgements(
    tx: session.Connection,
    recording_id: int,
    judged: list[LabelRow],
    this_round: int,
    wanted: int,
    summary: ImportSummary,
    actor: Actor,
) -> None:
    in_force = label_restore.in_force(tx, recording_id)
    new: list[dict[str, object]] = []
    for row in label_history.not_taken_back(tx, recording_id, judged, summary, actor):
        account_id = judge_id(tx, row.judge, summary, actor)
        round_ = row.round or this_round
        own = [label for (account, number), label in in_force.items() if account == account_id]
        earlier = in_force.get((account_id, round_)) if row.round else (own[-1] if own else None)
        n_in_force = sum(number == round_ for _, number in in_force)
        most = labelling.capacity(round_, newest_round=this_round, wanted=wanted)
        if earlier is row.label:
            continue
        if earlier is not None or not labelling.has_room(n_in_force, most):
            summary.notes.add(_not_taken(row, earlier, n_in_force), row.row)
        else:
            if round_ < this_round and row.newest_round is None:
                words = mark(
                    "A label of round {label_round} is history only: the recording is in round {recording_round}"
                )
                values = {"label_round": round_, "recording_round": this_round}
                summary.notes.add(Message(words, values), row.row)
            in_force[account_id, round_] = row.label
            new.append(_values(row, recording_id, account_id, round_))
    label_restore.add(tx, new)
    summary.judgements += len(new)


def _not_taken(row: LabelRow, before: Label | None, n_in_force: int) -> Message:
    """Why a label was not written, and how it can be made to count."""
    values = {"name": row.filename or row.sha256[:12], "judge": row.judge, "label": Message(row.label.value)}
    if row.label_before is not None:
        words = mark(
            "{name}: the label {before} of {judge} was changed to {label} elsewhere. It was not taken: judgements are "
            "never overwritten. Send the recording back to its judges, or decide it as staff"
        )
        return Message(words, {**values, "before": Message(row.label_before.value)})
    if before is not None:
        words = mark("{judge}: The label {label} was not taken: the earlier one, {before}, stands")
        return Message(words, {**values, "before": Message(before.value)})
    words = mark(
        "{name}: The label {label} of {judge} was not taken: all judgements are there ({n}). Begin a new round of the "
        "recording to have it judged again"
    )
    return Message(words, {**values, "n": n_in_force})


def _values(row: LabelRow, recording_id: int, account_id: int, round_: int) -> dict[str, object]:
    place: dict[str, object] = {"recording_id": recording_id, "account_id": account_id, "round": round_}
    return place | label_history.as_given(row) | {"brought_by": row.brought_by}


def _adjudicate(
    tx: session.Connection,
    recording_id: int,
    row: LabelRow,
    round_: int,
    before: RoundInForce,
    summary: ImportSummary,
    actor: Actor,
) -> None:
    if row.adjudication is None:
        return
    stated = row.adjudication
    earlier = label_restore.decision(tx, recording_id, round_)
    agreed = before.consensus if round_ == before.number and before.decision is None else None
    if earlier is None and agreed not in (None, stated.label):
        words = mark(
            "{judge}: The decision {label} was not taken: the judges agree on {agreed}. Staff can send the recording "
            "back to judges"
        )
        values = {"judge": stated.judge, "label": Message(stated.label.value), "agreed": Message(str(agreed))}
        summary.notes.add(Message(words, values), row.row)
    elif earlier is None:
        label_restore.add_decision(
            tx,
            recording_id,
            round_,
            account_id=judge_id(tx, stated.judge, summary, actor),
            label=stated.label,
            reason=stated.reason,
            decided_at=stated.decided_at or session.now(),
        )
    elif earlier[0] is not stated.label:
        words = mark("{judge}: The decision {label} was not taken: {other} decided {decided}")
        stands = {"other": earlier[1], "decided": Message(earlier[0].value)}
        values = {"judge": stated.judge, "label": Message(stated.label.value), **stands}
        summary.notes.add(Message(words, values), row.row)

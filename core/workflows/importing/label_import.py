"""Writing labels that come in from a file to recordings that are here: judgements, rounds, decisions of staff.

Nothing that is here is changed, only added to; what contradicts it is noted. Twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.domain import labelling
from core.domain.actor import Actor
from core.domain.labels import HistoryRowKind
from core.workflows.importing import import_rounds, label_history
from core.workflows.importing.import_rounds import RoundInForce
from core.workflows.importing.label_files import ToldLabel
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.recording_rows import Tally, judge_id
from db import label_restore, session

NOT_HERE = "no recording with this SHA-256 or file name is here; bring the recordings in first"
SEVERAL = "several recordings have this file name; the file must name the SHA-256"


@dataclass
class Known:
    """Every recording that is here, by what a file may call it; a name that several have leads to none."""

    by_sha256: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, int | None] = field(default_factory=dict)

    @classmethod
    def now(cls) -> Known:
        known = cls()
        short: dict[str, int | None] = {}
        with session.reading() as tx:
            for recording_id, sha256, filename in label_restore.names(tx):
                known.by_sha256[sha256] = recording_id
                _put(known.by_name, filename, recording_id)
                _put(short, PurePosixPath(filename).name, recording_id)
        known.by_name = short | known.by_name  # the whole path counts before its last part
        return known

    def find(self, told: ToldLabel) -> int | str:
        """The recording's number, or why there is none."""
        if told.sha256:
            return self.by_sha256.get(told.sha256, NOT_HERE)
        name = told.filename.replace("\\", "/")
        for candidate in (name, PurePosixPath(name).name):
            if candidate in self.by_name:
                return self.by_name[candidate] or SEVERAL
        return NOT_HERE


def by_recording(labels: Iterable[ToldLabel], tally: Tally) -> Iterator[tuple[int, list[ToldLabel]]]:
    """The labels of each recording that is here; the others are refused."""
    known = Known.now()
    found: dict[int, list[ToldLabel]] = {}
    for told in labels:
        place = known.find(told)
        if isinstance(place, str):
            tally.refused.append(Refusal(told.filename or told.sha256, told.row, place))
        else:
            found.setdefault(place, []).append(told)
    yield from found.items()


def keep_labels(tx: session.Connection, recording_id: int, labels: list[ToldLabel], tally: Tally, actor: Actor) -> None:
    """Write the labels of one recording and count them."""
    standing = label_restore.hold(tx, recording_id)
    if standing is None:
        return  # erased since
    before = import_rounds.in_force(tx, recording_id, *standing)
    first_row = labels[0].row
    this_round, labels = import_rounds.choose(tx, before, labels, tally, actor)
    wanted = import_rounds.set_wanted(tx, recording_id, before, this_round, labels, tally)
    here, new = label_restore.in_force(tx, recording_id), []
    judged = [told for told in labels if told.kind is HistoryRowKind.JUDGEMENT]
    for told in label_history.not_taken_back(tx, recording_id, judged, tally, actor):
        account_id = judge_id(tx, told.judge, tally, actor)
        round_ = told.round or this_round
        own = [label for (account, number), label in here.items() if account == account_id]
        earlier = here.get((account_id, round_)) if told.round else (own[-1] if own else None)
        most = labelling.capacity(round_, newest_round=this_round, wanted=wanted)
        if earlier is told.label:
            continue
        if earlier is not None:
            tally.note(
                f"{told.judge}: The label {told.label} was not taken: the earlier one, {earlier}, stands", told.row
            )
        elif not labelling.has_room(sum(number == round_ for _, number in here), most):
            tally.note(f"{told.judge}: The label {told.label} was not taken: all judgements are there", told.row)
        else:
            if round_ < this_round and told.newest_round is None:
                tally.note(
                    f"A label of round {round_} is history only: the recording is in round {this_round}", told.row
                )
            here[account_id, round_] = told.label
            new.append(_row(told, recording_id, account_id, round_))
    label_restore.add(tx, new)
    tally.judgements += len(new)
    tally.judgements += label_history.keep(tx, recording_id, labels, tally, actor)
    tally.known += 1
    for told in judged:
        _settle(tx, recording_id, told, told.round or this_round, before, tally, actor)
    if this_round == before.number:
        import_rounds.keep_agreement(tx, recording_id, before, wanted, first_row, tally)


def _row(told: ToldLabel, recording_id: int, account_id: int, round_: int) -> dict[str, object]:
    place = {"recording_id": recording_id, "account_id": account_id, "round": round_}
    return place | label_history.as_given(told) | {"brought_by": told.brought_by}


def _settle(
    tx: session.Connection,
    recording_id: int,
    told: ToldLabel,
    round_: int,
    before: RoundInForce,
    tally: Tally,
    actor: Actor,
) -> None:
    if told.settled is None:
        return
    decided = told.settled
    earlier = label_restore.decision(tx, recording_id, round_)
    agreed = before.consensus if round_ == before.number and before.decision is None else None
    if earlier is None and agreed not in (None, decided.label):
        words = f"{decided.by}: The decision {decided.label} was not taken: the judges agree on {agreed}"
        tally.note(f"{words}. Staff can send the recording back to judges", told.row)
    elif earlier is None:
        label_restore.add_decision(
            tx,
            recording_id,
            round_,
            account_id=judge_id(tx, decided.by, tally, actor),
            label=decided.label,
            reason=decided.why,
            decided_at=decided.at or session.now(),
        )
    elif earlier[0] is not decided.label:
        words = f"{decided.by}: The decision {decided.label} was not taken: {earlier[1]} decided {earlier[0]}"
        tally.note(words, told.row)


def _put(names: dict[str, int | None], name: str, recording_id: int) -> None:
    names[name] = None if name in names else recording_id

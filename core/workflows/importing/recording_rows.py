"""Writing the rows of what was taken in: the recording, its child, the labels given elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.labels import Role, Split
from core.domain.recordings import Child
from core.errors import Conflict
from core.workflows.importing.manifest_file import Refusal, Wanted
from db import accounts, audit, children, judgements, recordings, session
from db.recordings import NewRecording

ROWS_NAMED_IN_A_NOTE = 8
UNKNOWN_CHILD = "unknown-"


@dataclass(frozen=True)
class Taken:
    """A file whose bytes are in the storage; `new` is None when its recording was known before."""

    wanted: Wanted
    sha256: str
    new: NewRecording | None


@dataclass
class Tally:
    """The running result of an import. A note that holds for many rows is one line."""

    recordings: int = 0
    known: int = 0
    judgements: int = 0
    refused: list[Refusal] = field(default_factory=list)
    notes: dict[str, list[int]] = field(default_factory=dict)
    judge_ids: dict[str, int] = field(default_factory=dict)  # asked once an import, not once a label

    def note(self, words: str, row: int | None) -> None:
        self.notes.setdefault(words, []).extend([] if row is None else [row])

    def note_lines(self) -> list[str]:
        return [words + _rows(rows) for words, rows in self.notes.items()]


def keep(tx: session.Connection, taken: Taken | Refusal, tally: Tally, actor: Actor) -> None:
    """Write one file's rows and count them."""
    if isinstance(taken, Refusal):
        tally.refused.append(taken)
        return
    recording_id = _add_recording(tx, taken, tally)
    if recording_id is None:
        recording_id = recordings.id_of(tx, taken.sha256)
        tally.known += 1
    if recording_id is None:
        raise Conflict(f"{taken.wanted.filename} was erased while it was imported; run the import again.")
    _add_labels(tx, recording_id, taken.wanted, tally, actor)


def judge_id(tx: session.Connection, name: str, tally: Tally, actor: Actor) -> int:
    """The account of somebody whom a file names, made where there is none."""
    if name not in tally.judge_ids:
        tally.judge_ids[name] = _judge(tx, name, actor)
    return tally.judge_ids[name]


def _add_recording(tx: session.Connection, taken: Taken, tally: Tally) -> int | None:
    if taken.new is None or recordings.id_of(tx, taken.sha256) is not None:
        return None
    child = children.find_or_add(tx, taken.wanted.child or UNKNOWN_CHILD + taken.sha256[:12])
    _place(tx, child, taken.wanted, tally)
    recording_id = recordings.add(tx, taken.new, child_id=child.id)
    tally.recordings += recording_id is not None
    return recording_id


def _add_labels(tx: session.Connection, recording_id: int, wanted: Wanted, tally: Tally, actor: Actor) -> None:
    for judge, label in wanted.labels.items():
        try:
            tally.judgements += judgements.add_imported(
                tx,
                recording_id=recording_id,
                account_id=judge_id(tx, judge, tally, actor),
                label=label,
                decided_at=session.now(),
            )
        except Conflict as reason:
            tally.note(f"{judge}: {reason}", wanted.row)


def _place(tx: session.Connection, child: Child, wanted: Wanted, tally: Tally) -> None:
    """Let the manifest say where a child stands, once; what contradicts that later is noted."""
    stated, stands = wanted.split, child.split or (Split.TRAIN if child.pool else None)
    if stated is None or stated == stands:
        return
    if stated is Split.TRAIN and stands is None:
        children.keep_out_of_testing(tx, child.id)
    elif stated is Split.TRAIN and stands is Split.VALIDATION:
        pass  # a manifest's "train" is what training and validation are drawn from
    elif stands is None or (child.split is None and stated is Split.VALIDATION):
        children.place(tx, child.id, stated)
    else:
        tally.note(
            f"Child {child.pseudonym!r} stands in {stands} and stays there; the manifest says {stated}", wanted.row
        )


def _judge(tx: session.Connection, name: str, actor: Actor) -> int:
    """The account of a judge who is known from an import; nobody can sign in to it before it has a password."""
    found = accounts.by_name(tx, name)
    if found is not None:
        return found.id
    accounts.lock_accounts(tx)
    account = accounts.by_name(tx, name) or accounts.add(tx, name, Role.JUDGE, None)
    audit.record(tx, actor.account_id, actor.name, "add account", name, {"role": str(Role.JUDGE), "by": "import"})
    return account.id


def _rows(rows: list[int]) -> str:
    if not rows:
        return ""
    named = ", ".join(str(row) for row in rows[:ROWS_NAMED_IN_A_NOTE])
    more = len(rows) - ROWS_NAMED_IN_A_NOTE
    return f" (row{'s' if len(rows) > 1 else ''} {named}{f' and {more} more' if more > 0 else ''})"

"""What children are split by: how many of their recordings have which label, and whose sounds are the same."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from core.domain.labels import Label, Split
from db import recording_states
from db.schema import children, recordings
from db.schema import recording_states as kept_states


@dataclass(frozen=True)
class LabelledChild:
    """How many recordings of a child have this label in this language; `pool` and `split` are the child's."""

    child: str
    pool: str | None
    split: Split | None
    label: Label
    language: str
    n: int


def has_unplaced(tx: Connection) -> bool:
    """Whether a recording with a label that stands is of a child without a split."""
    states = recording_states.now(tx, kept_states.c.child_id, kept_states.c.consensus)
    has_label = (
        select(states.c.child_id).where(states.c.child_id == children.c.id, states.c.consensus.is_not(None)).exists()
    )
    return tx.execute(select(children.c.id).where(children.c.split.is_(None), has_label).limit(1)).first() is not None


def counts(tx: Connection) -> list[LabelledChild]:
    """Every child that has a recording whose label stands, by label and language; in no order."""
    states = recording_states.now(tx, kept_states.c.child_id, kept_states.c.language, kept_states.c.consensus)
    keys = (states.c.child_id, states.c.consensus, states.c.language)
    counted = select(*keys, func.count().label("n")).where(states.c.consensus.is_not(None)).group_by(*keys).subquery()
    query = select(
        children.c.pseudonym,
        children.c.pool,
        children.c.split,
        counted.c.consensus,
        counted.c.language,
        counted.c.n,
    ).join(counted, counted.c.child_id == children.c.id)
    return [LabelledChild(*row) for row in tx.execute(query)]


def shared_waveforms(tx: Connection) -> dict[str, set[str]]:
    """By child, the waveforms of its labelled recordings that came more than once; a child without any is left out."""
    repeated = (
        select(recordings.c.waveform_sha256)
        .where(recordings.c.waveform_sha256 > "")  # neither of silence nor unknown
        .group_by(recordings.c.waveform_sha256)
        .having(func.count() > 1)
    )
    states = recording_states.now(tx, kept_states.c.recording_id, kept_states.c.consensus)
    query = (
        select(children.c.pseudonym, recordings.c.waveform_sha256)
        .join(recordings, recordings.c.child_id == children.c.id)
        .join(states, states.c.recording_id == recordings.c.id)
        .where(recordings.c.waveform_sha256.in_(repeated), states.c.consensus.is_not(None))
    )
    shared: dict[str, set[str]] = {}
    for child, waveform in tx.execute(query):
        shared.setdefault(child, set()).add(waveform)
    return shared

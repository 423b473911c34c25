"""Recordings with their judgements and adjudication: search and lookup. For staff only, never for a judge."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from core.domain.consensus import consensus
from core.domain.judgements import Adjudication, JudgedRecording, Judgement
from core.domain.list_pages import PageBounds
from core.domain.recordings import Recording
from db import adjudications, judgements, recording_search
from db.recording_filter import RecordingFilter as RecordingFilter
from db.recordings import IDS_AT_ONCE, recording_of, with_child
from db.schema import recordings


@dataclass(frozen=True)
class JudgedPage:
    """`total` says how many fit in all, see `recording_search.count`."""

    total: int
    items: list[JudgedRecording]
    bounds: PageBounds


def search(tx: Connection, wanted: RecordingFilter, *, begin: int | None, limit: int) -> JudgedPage:
    """One page of the recordings that fit, oldest first, with the judgements of each; from recording `begin` on."""
    among = recording_search.text_matches(tx, wanted.text)
    ids, bounds = recording_search.page_of_ids(tx, wanted, among, begin=begin, limit=limit)
    judged = by_ids(tx, ids)
    total = recording_search.count(tx, wanted, among)
    return JudgedPage(total, [judged[number] for number in ids if number in judged], bounds)


def some(tx: Connection, wanted: RecordingFilter, *, begin: int | None, limit: int) -> list[JudgedRecording]:
    """The same recordings, and nothing about the others."""
    among = recording_search.text_matches(tx, wanted.text)
    ids = recording_search.ids(tx, wanted, among, begin=begin, limit=limit)
    judged = by_ids(tx, ids)
    return [judged[number] for number in ids if number in judged]


def by_ids(tx: Connection, recording_ids: Collection[int]) -> dict[int, JudgedRecording]:
    """Recordings with the judgements of each, by their number."""
    judged: dict[int, JudgedRecording] = {}
    ids = sorted(set(recording_ids))
    for begin in range(0, len(ids), IDS_AT_ONCE):
        query = with_child().where(recordings.c.id.in_(ids[begin : begin + IDS_AT_ONCE]))
        judged.update((item.recording.id, item) for item in _judged(tx, tx.execute(query).all()))
    return judged


def _judged(tx: Connection, rows: Sequence[Row[Any]]) -> list[JudgedRecording]:
    ids = [row.id for row in rows]
    in_force, decisions = judgements.of_recordings(tx, ids), adjudications.of_recordings(tx, ids)
    return [_judged_recording(recording_of(row), in_force.get(row.id, ()), decisions.get(row.id)) for row in rows]


def _judged_recording(
    recording: Recording, in_force: tuple[Judgement, ...], decision: Adjudication | None
) -> JudgedRecording:
    labels = [judgement.label for judgement in in_force]
    state, label = consensus(labels, decision.label if decision else None, wanted=recording.wanted)
    return JudgedRecording(recording, state, label, in_force, decision)

"""Erasing recordings whose time is over: once a day by the server itself, or when somebody asks.

It erases as a person who erases a child does, with receipts and tombstones, some recordings at a time so that nobody
waits long. A child goes with its last recording. What a judge has on the desk waits until the claim ends, and what a
job may be learning from until that has ended, for a day at most. Two runs at once do no harm: what the other was
quicker with is not there any more.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from core.config import without_secrets
from core.domain.actor import Actor
from core.domain.erasure import ErasureOccasion, ModelsChoice
from core.domain.permissions import Permission
from core.domain.retention import POSTPONED_AT_MOST, DatedRecording, RetentionResult, RetentionRule
from core.errors import EarshotError
from core.workflows.accounts import authorisation
from core.workflows.maintenance import database_log, erased_files, erased_rows, erased_words, erasure, tombstones
from core.workflows.maintenance.erased_rows import Erased, ErasureReason
from core.workflows.maintenance.erased_words import SearchedRows
from db import recordings, removed_bytes, retention, session, written_rows

FIRST_LOOK_S, LOOK_EVERY_S = 60.0, 600.0
RECORDINGS_AT_ONCE = 200  # others wait to write meanwhile; each time costs about as much as an erasure by hand
AUTOMATIC = Actor(None, "retention")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Due:
    """A recording whose time is over by its rule, since when."""

    recording: DatedRecording
    rule: RetentionRule
    since: datetime


def run(*, actor: Actor, log_patience_s: float = removed_bytes.PATIENCE_S) -> RetentionResult:
    """Erase what is due now, rules that were set a moment ago included. Cannot be taken back.

    Jobs at work are cancelled first, as by an erasure.

    Raises
    ------
    Conflict
        A job does not stop.
    """
    authorisation.require_confirmed_first(actor, Permission.ERASE)
    due, postponed = _due(session.now(), is_automatic=False)
    if due:
        erasure.stop_jobs(actor)
    return _erase(due, postponed, actor, log_patience_s)


def run_if_due() -> RetentionResult | None:
    """The server's own run, unless it was done today or another server has it; None then.

    Costs next to nothing while no rule has recordings go.
    """
    with session.reading() as tx:
        if not retention.rules(tx).has_limits:
            return None
    with session.writing() as tx:
        run_id = retention.begin_run(tx, session.now())
    if run_id is None:
        return None
    result = _automatic_run()
    with session.writing() as tx:
        retention.end_run(tx, run_id, session.now(), recordings=result.recordings, postponed=result.postponed)
    return result


async def watch() -> None:
    """Look every ten minutes, for as long as the server lives. What goes wrong is logged, and tried again."""
    wait_s = FIRST_LOOK_S
    while True:
        await asyncio.sleep(wait_s)
        wait_s = LOOK_EVERY_S
        try:
            await asyncio.to_thread(run_if_due)
        except EarshotError as error:
            log.warning("Recordings whose time is over were not erased: %s", error)
        except Exception:
            log.error("Erasing recordings whose time is over broke\n%s", without_secrets(traceback.format_exc()))


def _automatic_run() -> RetentionResult:
    now = session.now()
    due, postponed = _due(now, is_automatic=True)
    if not due:
        return RetentionResult(postponed=postponed)
    if erasure.jobs_at_work():
        if all(now - entry.since < POSTPONED_AT_MOST for entry in due):
            return RetentionResult(postponed=postponed + len(due))
        erasure.stop_jobs(AUTOMATIC)
    return _erase(due, postponed, AUTOMATIC, removed_bytes.PATIENCE_S)


def _due(now: datetime, *, is_automatic: bool) -> tuple[list[_Due], int]:
    """What goes now, and how many recordings wait for a judge."""
    with session.reading() as tx:
        rules, claimed = retention.rules(tx), retention.claimed_at(tx, now)
        dated = retention.dated_recordings(tx) if rules.has_limits else []
    over: list[_Due] = []
    for entry in dated:
        rule = rules.rule_for(entry.source)
        if rule is None:
            continue
        at = rule.goes_by_itself_at(entry.counted_from) if is_automatic else rule.goes_at(entry.counted_from)
        if at is not None and at <= now:
            over.append(_Due(entry, rule, at))
    due = [entry for entry in over if entry.recording.id not in claimed or now - entry.since >= POSTPONED_AT_MOST]
    return due, len(over) - len(due)


def _erase(due: Sequence[_Due], postponed: int, actor: Actor, log_patience_s: float) -> RetentionResult:
    erased: list[Erased] = []
    n_children = 0
    learned: set[str] = set()  # by what a rule wants trained again
    for rule, some in _batches(due):
        gone, pseudonyms = _erase_some(rule, some, actor)
        if gone is not None:
            erased.append(gone)
            n_children += len(pseudonyms)
            learned |= set(gone.learned) if rule.models is ModelsChoice.RETRAIN else set()
    if not erased:
        return RetentionResult(postponed=postponed)
    for gone in erased:
        erased_files.remove_computed(gone.words.anywhere)
    session.count_changes_in()  # what is kept of these recordings in counts goes as well
    is_log_empty = database_log.empty(erased=erased, patience_s=log_patience_s)
    traces = {trace for gone in erased for trace in erased_files.traces(gone.words.anywhere)}
    job_id, error = erasure.train_again(learned, actor) if learned else ("", "")
    return dataclasses.replace(
        _summed(erased),
        children=n_children,
        postponed=postponed,
        is_log_empty=is_log_empty,
        traces=tuple(sorted(traces)),
        retraining=job_id,
        retraining_error=error,
    )


def _summed(erased: Sequence[Erased]) -> RetentionResult:
    """What the transactions of a run removed together."""
    return RetentionResult(
        recordings=sum(gone.recordings for gone in erased),
        judgements=sum(gone.judgements for gone in erased),
        receipts=tuple(gone.receipt for gone in erased),
        models=tuple(sorted({model for gone in erased for model in gone.learned})),
        was_deployed=any(gone.was_deployed for gone in erased),
        next_in_force=next((gone.next_in_force for gone in reversed(erased) if gone.was_deployed), None),
    )


def _erase_some(rule: RetentionRule, some: Sequence[DatedRecording], actor: Actor) -> tuple[Erased | None, list[str]]:
    """One transaction, the bytes first, as an erasure by hand does; and the children whose last recordings went.

    None when somebody else has erased all of it.
    """
    counted_from = {entry.id: entry.counted_from for entry in some}
    while True:  # once more when a name like the words of these recordings came in meanwhile
        with written_rows.watched() as are_all_noted:
            with session.reading() as tx:
                files = list(recordings.by_ids(tx, counted_from).values())
                salt = tombstones.salt_in_use(tx)
                pseudonyms = retention.children_without_others(tx, counted_from)
                searched = erased_words.search(tx, pseudonyms, [recording.id for recording in files])
            for pseudonym in {entry.child for entry in some}:
                tombstones.digest_of_child(pseudonym, salt)  # slow, and remembered: not while others wait to write
            erased_files.remove_sound(files)
            gone = _remove_rows(rule, counted_from, actor, searched if are_all_noted else None)
        if gone is not None:
            break
    erased_files.remove_sound(files)  # an import of the same files may have brought bytes back before the rows went
    return gone


def _remove_rows(
    rule: RetentionRule, counted_from: Mapping[int, datetime], actor: Actor, searched: SearchedRows | None
) -> tuple[Erased | None, list[str]] | None:
    """As `_erase_some`; None, and nothing is removed, when the search is out of date."""
    reason = ErasureReason(ErasureOccasion.RETENTION, counted_from, {"days": rule.days})
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.ERASE)
        present = recordings.hold(tx, counted_from)
        if not present:
            return None, []
        pseudonyms = retention.children_without_others(tx, present)
        if searched is not None and not erased_words.is_current(tx, searched, pseudonyms, present):
            return None
        gone = erased_rows.remove(
            tx, pseudonyms, present, choice=rule.models, actor=actor, reason=reason, searched=searched
        )
    return gone, pseudonyms


def _batches(due: Sequence[_Due]) -> Iterator[tuple[RetentionRule, list[DatedRecording]]]:
    """By rule, since each says what becomes of models; the recordings of a child together."""

    def order(entry: _Due) -> tuple[bool, str, str, int]:
        return (entry.rule.source is None, entry.rule.source or "", entry.recording.child, entry.recording.id)

    for _, of_rule in groupby(sorted(due, key=order), key=lambda entry: order(entry)[:2]):
        every = list(of_rule)
        for begin in range(0, len(every), RECORDINGS_AT_ONCE):
            some = every[begin : begin + RECORDINGS_AT_ONCE]
            yield some[0].rule, [entry.recording for entry in some]

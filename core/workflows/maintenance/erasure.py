"""Erasing a child: its recordings, what was computed from them, every row about them, and the words that name them.

Models that learned from the child hold rows of its features, so they are withdrawn: folder gone, never in force again;
when asked, the same systems are trained again on what is left. What stays is a signed receipt of what was erased, when
and by whom; not whom. A restore of a backup that was made before applies the erasure again.
"""

from __future__ import annotations

import time
from collections.abc import Collection

from core.domain import permissions
from core.domain.actor import Actor
from core.domain.erasure import ErasurePreview, ErasureResult, ModelsChoice
from core.domain.permissions import Permission
from core.domain.recordings import Child, Recording
from core.errors import Conflict, EarshotError, NotFound
from core.workflows.accounts import authorisation
from core.workflows.jobs import job_status
from core.workflows.maintenance import database_log, erased_files, erased_rows, erased_words, tombstones
from core.workflows.maintenance.erased_rows import Erased
from core.workflows.maintenance.erased_words import SearchedRows
from core.workflows.retraining import model_cards, retraining
from db import children, recordings, removed_bytes, session, written_rows
from db import jobs as jobs_table
from db import models as models_table

JOBS_PATIENCE_S = 60.0
POLL_S = 0.2


def preview(pseudonym: str, *, actor: Actor) -> ErasurePreview:
    """What erasing a child would do now; changes nothing.

    Raises
    ------
    NotFound
        There is no child of that pseudonym.
    """
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.ERASE)
        _, of_child = _recordings_of(tx, pseudonym)
        return erased_rows.preview(tx, pseudonym, [recording.id for recording in of_child], _live_jobs(tx))


def erase_child(
    pseudonym: str,
    *,
    models: ModelsChoice = ModelsChoice.WITHDRAW,
    actor: Actor,
    log_patience_s: float = removed_bytes.PATIENCE_S,
) -> ErasureResult:
    """Erase everything of one child. Cannot be taken back.

    Jobs at work are cancelled first: they may be learning from the child. The bytes go next, while judges go on: when
    something fails half-way the rows are still there, and erasing again finishes it.

    Parameters
    ----------
    models : what becomes of the models that learned from the child.
    log_patience_s : how long to wait for those who read an older state of the database.

    Raises
    ------
    NotFound
        There is no child of that pseudonym.
    Conflict
        A job does not stop.
    """
    authorisation.require_confirmed_first(actor, Permission.ERASE)
    with session.reading() as tx:
        _recordings_of(tx, pseudonym)
    stop_jobs(actor)
    removed_ids: set[int] = set()
    erased: Erased | None = None
    of_child: list[Recording] = []
    while erased is None:  # once more when a recording of this child came in meanwhile, or a name like its words
        with written_rows.watched() as are_all_noted:
            with session.reading() as tx:
                of_child = _recordings_of(tx, pseudonym)[1]
                searched = erased_words.search(tx, [pseudonym], [recording.id for recording in of_child])
                tombstones.digest_of_child(pseudonym, tombstones.salt_in_use(tx))  # slow, and remembered
            erased_files.remove_sound(of_child)
            removed_ids |= {recording.id for recording in of_child}
            erased = _remove_rows(pseudonym, removed_ids, models, actor, searched if are_all_noted else None)
    erased_files.remove_sound(of_child)  # an import of the same files may have brought bytes back before the rows went
    return _finished(erased, models, actor, log_patience_s)


def _remove_rows(
    pseudonym: str, removed_ids: Collection[int], choice: ModelsChoice, actor: Actor, searched: SearchedRows | None
) -> Erased | None:
    """None, and nothing is removed, when a recording still has its bytes, or the search is out of date."""
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.ERASE)
        _, of_child = _recordings_of(tx, pseudonym)
        ids = {recording.id for recording in of_child}
        is_current = searched is None or erased_words.is_current(tx, searched, [pseudonym], ids)
        if not is_current or not ids <= set(removed_ids):
            return None
        return erased_rows.remove(tx, [pseudonym], ids, choice=choice, actor=actor, searched=searched)


def _finished(erased: Erased, choice: ModelsChoice, actor: Actor, log_patience_s: float) -> ErasureResult:
    erased_files.remove_computed(erased.words.anywhere)
    session.count_changes_in()  # what is kept of these recordings in counts goes as well
    is_log_empty = database_log.empty(erased=[erased], patience_s=log_patience_s)
    traces = erased_files.traces(erased.words.anywhere)
    job_id, error = ("", "")
    if choice is ModelsChoice.RETRAIN and erased.learned:
        job_id, error = train_again(erased.learned, actor)
    return ErasureResult(
        recordings=erased.recordings,
        judgements=erased.judgements,
        models=erased.learned,
        receipt=erased.receipt,
        mentions=erased.mentions,
        was_deployed=erased.was_deployed,
        next_in_force=erased.next_in_force,
        is_log_empty=is_log_empty,
        traces=tuple(traces),
        retraining=job_id,
        retraining_error=error,
    )


def train_again(model_ids: Collection[str], actor: Actor) -> tuple[str, str]:
    """The job that trains the systems of withdrawn models again, or why there is none."""
    with session.reading() as tx:
        cards = [model.card for model in models_table.withdrawn(tx) if model.id in model_ids]
    try:
        specs = [model_cards.spec_from_card(card)[0] for card in cards]
        changes = specs[0].changes  # numbers that a search chose hold for all systems of a job
        systems = list({(spec.features, spec.kind, spec.task): spec for spec in specs}.values())
        return retraining.start(systems=systems, changes=changes, actor=actor).id, ""
    except (EarshotError, KeyError, TypeError, ValueError) as error:
        return "", str(error)


def jobs_at_work() -> list[str]:
    """Jobs that may be learning from any recording."""
    with session.reading() as tx:
        return _live_jobs(tx)


def stop_jobs(actor: Actor) -> None:
    """Cancel every job at work, and wait until they have stopped.

    Raises
    ------
    Conflict
        One does not stop.
    """
    live = jobs_at_work()
    for job_id in live:
        try:
            job_status.cancel(job_id, actor=actor)
        except Conflict:  # it has just ended
            continue
    deadline = time.monotonic() + JOBS_PATIENCE_S
    for job_id in live:
        while (job := job_status.get_job(job_id)).state in jobs_table.LIVE:
            if time.monotonic() > deadline:
                raise Conflict(
                    "The {kind} job {job_id} was asked to stop and has not yet; it may be learning from the "
                    "child. Nothing was erased; try again when it has stopped.",
                    kind=job.kind,
                    job_id=job_id,
                )
            job_status.mark_interrupted()
            time.sleep(POLL_S)


def _live_jobs(tx: session.Connection) -> list[str]:
    live = [jobs_table.live(tx, kind) for kind in permissions.OF_JOBS]
    return [job.id for job in live if job is not None]


def _recordings_of(tx: session.Connection, pseudonym: str) -> tuple[Child, list[Recording]]:
    child = children.by_pseudonym(tx, pseudonym)
    if child is None:
        raise NotFound(
            "There is no child {pseudonym!r}.",
            pseudonym=pseudonym,
        )
    return child, list(recordings.of_child(tx, child.id))

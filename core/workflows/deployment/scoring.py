"""The deployed decision on recordings from outside: accepted, or rejected and why.

`score` computes in this process and may load TensorFlow; the command line uses it. `score_remote` asks the scorers that
are kept warm beside the web server (`warm_model`), which never loads TensorFlow. No recording that is scored is stored;
what was scored is counted by source and day (`source_watch`).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from cachetools import LRUCache

from core.audio.decoding_pool import decode_apart
from core.audio.sounds import Sound
from core.config import settings
from core.domain.json_types import JsonObject
from core.domain.models import Deployment, OperatingPoint
from core.domain.sources import ThresholdInForce
from core.errors import NotFound, Refused
from core.workflows.deployment import source_thresholds, source_watch, warm_model
from core.workflows.evaluation import acoustic_explanation, sound_reference
from core.workflows.serving import deadlines
from core.workflows.serving.scored_sound import ScoredSound, SoundScorer
from core.workflows.training import feature_families, model_folders
from db import deployments, session

BYTES_IN_MB = 1_000_000
MOST_KNOWN = 256  # sources
LONGEST_SOURCE = 120  # as long as a recording's

File = Path | tuple[str, bytes]


def score(files: Iterable[File], *, source: str = "", is_counted: bool = True) -> Iterator[JsonObject]:
    """The decision on each file, in order, as `score --json` prints it; a file that cannot be used gives its `error`.

    Parameters
    ----------
    files : paths, or (name, bytes)
    source : where they come from; a source with a threshold of its own is decided at that
    is_counted : whether they count in the summaries of the source (`source_watch`)

    Raises
    ------
    NotFound
        Nothing is deployed, or the deployed model's folder is gone.
    Refused
        The deployed model learned from other features than this version computes.
    """
    deployment = _deployed(source)
    in_force = _threshold(deployment.operating_point, source)
    scorer = _loaded(deployment.operating_point.model_id, str(settings().models.absolute()))
    answering = _Answering(in_force)
    try:
        for file in files:
            name = file[0] if isinstance(file, tuple) else str(file)
            try:
                yield {"file": name, **answering.answer(scorer.score(_decoded(_read(file))))}
            except Refused as error:
                yield {"file": name, "error": str(error)}
    finally:
        if is_counted:
            answering.counting.store()


def score_remote(files: Iterable[tuple[str, bytes]], *, source: str = "", is_counted: bool = True) -> list[JsonObject]:
    """The same, by the scorers that are kept warm, with the model in force, or the one before while that is loaded.

    Raises
    ------
    QueueFull
        Besides what `score` raises: as many requests as may are waiting already.
    DeadlinePassed
        No scorer was free before the request's deadline (`deadlines`).
    Unavailable
        The model in force cannot be loaded, or no scorer answers.
    """
    return [
        {"file": name, **({"error": str(content)} if isinstance(content, Refused) else content)}
        for name, content in _contents(files, source, is_counted=is_counted)
    ]


def score_one(file: tuple[str, bytes], *, source: str = "", is_counted: bool = True) -> JsonObject | Refused:
    """The same of one recording: the decision, or why it cannot be used; raises what `score_remote` raises."""
    ((_, content),) = _contents([file], source, is_counted=is_counted)
    return content


def _contents(
    files: Iterable[tuple[str, bytes]], source: str, *, is_counted: bool
) -> list[tuple[str, JsonObject | Refused]]:
    """Of each file its name, and the decision or why there is none."""
    sent = [(name, _read_or_why_not((name, data))) for name, data in files]
    (deployment, in_force), warm = _deciding(source), warm_model.warm_model()
    deadline_s = deadlines.current_s()
    with warm.scorers.admitted(), warm.deciding(deployment) as (pool, point):
        if point != deployment.operating_point:
            in_force = _threshold(point, source)
        outcomes = iter(warm.scorers.score(pool, [data for _, data in sent if isinstance(data, bytes)], deadline_s))
    answering = _Answering(in_force)
    contents: list[tuple[str, JsonObject | Refused]] = []
    for name, data in sent:
        outcome = next(outcomes) if isinstance(data, bytes) else data
        contents.append((name, answering.answer(outcome) if isinstance(outcome, ScoredSound) else outcome))
    if is_counted:
        answering.counting.store_soon()
    return contents


def _deciding(source: str) -> tuple[Deployment, ThresholdInForce]:
    """As `_deployed` and `_threshold`, read anew only when something else may decide."""
    with session.reading() as tx:
        key = (settings().database, deployments.version(tx), source)
    with _lock:
        known = _known.get(key)
    if known is None:
        deployment = _deployed(source)
        known = deployment, _threshold(deployment.operating_point, source)
        with _lock:
            _known[key] = known
    return known


_lock = threading.Lock()
_known: LRUCache[tuple[object, ...], tuple[Deployment, ThresholdInForce]] = LRUCache(MOST_KNOWN)


def _deployed(source: str) -> Deployment:
    if len(source) > LONGEST_SOURCE:
        raise Refused(
            "The source {source!r}... has {n_source} characters: at most {longest_source} are taken.",
            source=source[:40],
            n_source=len(source),
            longest_source=LONGEST_SOURCE,
        )
    with session.reading() as tx:
        deployment = deployments.newest(tx)
        if deployment is not None:
            return deployment
        was_withdrawn = bool(deployments.newest_first(tx, limit=1))
    if was_withdrawn:
        raise NotFound(
            "The deployed model was withdrawn when a child that it had learned from was erased, and there is none "
            "before it: nothing can be decided until another one is deployed on the Evaluate screen."
        )
    raise NotFound("No model is deployed, so nothing can be decided; deploy one on the Evaluate screen.")


def _threshold(point: OperatingPoint, source: str) -> ThresholdInForce:
    if not source:
        return ThresholdInForce(point)
    with session.reading() as tx:
        return source_thresholds.threshold_in_force(tx, point, source)


@lru_cache(maxsize=2)
def _loaded(model_id: str, _models: str) -> SoundScorer:
    """Model folders never change, so one that was loaded stays right."""
    model = model_folders.load(model_id)
    families = {name: feature_families.family(name) for name in model.spec.families}
    return SoundScorer(model, families, sound_reference.reference_of_model(model_id))


def _decoded(data: bytes) -> Sound:
    return decode_apart(data, max_duration_s=settings().max_duration_s, min_duration_s=settings().min_duration_s)


def _read_or_why_not(file: File) -> bytes | Refused:
    try:
        return _read(file)
    except Refused as error:
        return error


def _read(file: File) -> bytes:
    if isinstance(file, tuple):
        data = file[1]
    else:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise Refused(
                "{file} cannot be read: {strerror}.",
                file=file,
                strerror=os.strerror(error.errno or 0),
            ) from None
    if len(data) > settings().max_recording_mb * BYTES_IN_MB:
        raise Refused(
            "{size_mb:.1f} MB are too many; {max_recording_mb:g} MB are allowed.",
            size_mb=len(data) / BYTES_IN_MB,
            max_recording_mb=settings().max_recording_mb,
        )
    return data


class _Answering:
    """Decisions of one request, at one threshold, and what is counted of them."""

    def __init__(self, in_force: ThresholdInForce) -> None:
        self._in_force = in_force
        self._typical = _typical(in_force.point.model_id, settings().database)
        self.counting = source_watch.Counting(in_force.source, in_force.point.model_id)

    def answer(self, scored: ScoredSound) -> JsonObject:
        in_force, likeness = self._in_force, scored.likeness
        is_accepted = scored.p_accepted >= in_force.threshold
        self.counting.add(scored.p_accepted, is_accepted=is_accepted, sound=likeness)
        reason = None if is_accepted else _reason(scored.p_noise, scored.p_speechless)
        decision = "accepted" if is_accepted else "rejected"
        explanation = acoustic_explanation.explain_summary(scored.summary, self._typical)
        return {
            "decision": decision,
            "reason": reason,
            "p_accepted": scored.p_accepted,
            "p_noise": scored.p_noise,
            "p_speechless": scored.p_speechless,
            "threshold": in_force.threshold,
            "threshold_basis": in_force.basis.value,
            "am_target": in_force.point.am_target,
            "certainty": in_force.certainty.value if in_force.certainty else None,
            "source": in_force.source or None,
            "model": in_force.point.model_id,
            "duration_s": round(scored.duration_s, 3),
            "unlike": None if likeness.unlike is None else round(likeness.unlike, 3),
            "looks_processed": likeness.is_processed,
            **acoustic_explanation.explanation_keys(explanation, decision, reason),
        }


@lru_cache(maxsize=8)
def _typical(model_id: str, _database: str) -> JsonObject:
    """A card never changes."""
    return acoustic_explanation.typical_of_model(model_id)


def _reason(p_noise: float | None, p_speechless: float | None) -> str | None:
    """The likelier of the two; None where the model's task does not separate them."""
    if p_noise is None or p_speechless is None:
        return None
    return "noise" if p_noise > p_speechless else "speechless"

"""The deployed decision on recordings from outside: accepted, or rejected and why.

`score` computes in this process and may load TensorFlow; the command line uses it. `score_remote` asks a worker of the
cluster, for the web server, which never loads TensorFlow. No recording that is scored is stored; what was
scored is counted by source and day (`source_watch`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.audio.decoding_pool import decode_apart
from core.audio.features import FeatureFamily
from core.config import settings
from core.domain.json_types import JsonObject
from core.domain.sources import ThresholdInForce
from core.errors import EarshotError, NotFound, Refused
from core.metrics.likeness import SoundReference
from core.workflows.deployment import source_thresholds, source_watch
from core.workflows.evaluation import acoustic_explanation, sound_reference
from core.workflows.jobs import cluster
from core.workflows.training import feature_families, model_folders
from db import deployments, session

REMOTE_TIMEOUT_S = 120.0  # a worker that has never scored first loads TensorFlow and the model
BYTES_IN_MB = 1_000_000
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
    in_force = _in_force(source)
    model = _loaded(in_force.point.model_id, str(settings().models.absolute()))
    families = {name: feature_families.family(name) for name in model.spec.families}
    beside = _Beside(acoustic_explanation.typical_of_model(model.id), sound_reference.reference_of_model(model.id))
    counting = source_watch.Counting(source, model.id)
    try:
        for file in files:
            name = file[0] if isinstance(file, tuple) else str(file)
            try:
                yield {"file": name, **_decision(_read(file), in_force, model, families, beside, counting)}
            except Refused as error:
                yield {"file": name, "error": str(error)}
    finally:
        if is_counted:
            counting.store()


def score_remote(files: Iterable[tuple[str, bytes]], *, source: str = "", is_counted: bool = True) -> list[JsonObject]:
    """The same, computed by a worker of the cluster.

    Raises
    ------
    Unavailable
        Besides what `score` raises: no worker answers.
    """
    _in_force(source)
    return cluster.run_on_worker(_score_on_worker, list(files), source, is_counted, timeout_s=REMOTE_TIMEOUT_S)


def _score_on_worker(files: list[tuple[str, bytes]], source: str, is_counted: bool) -> list[JsonObject]:
    return list(score(files, source=source, is_counted=is_counted))


def _in_force(source: str) -> ThresholdInForce:
    if len(source) > LONGEST_SOURCE:
        raise Refused(
            f"The source {source[:40]!r}... has {len(source)} characters: at most {LONGEST_SOURCE} are taken."
        )
    with session.reading() as tx:
        deployment = deployments.newest(tx)
        if deployment is not None:
            return source_thresholds.threshold_in_force(tx, deployment.operating_point, source)
        was_withdrawn = bool(deployments.newest_first(tx, limit=1))
    if was_withdrawn:
        raise NotFound(
            "The deployed model was withdrawn when a child that it had learned from was erased, and there is none "
            "before it: nothing can be decided until another one is deployed on the Evaluate screen."
        )
    raise NotFound("No model is deployed, so nothing can be decided; deploy one on the Evaluate screen.")


@lru_cache(maxsize=2)
def _loaded(model_id: str, _models: str) -> model_folders.LoadedModel:
    """Model folders never change, so one that was loaded stays right."""
    return model_folders.load(model_id)


@dataclass(frozen=True)
class _Beside:
    """What a recording is compared with: accepted recordings, and all that the model learned from."""

    typical: JsonObject
    sound: SoundReference | None


def _read(file: File) -> bytes:
    if isinstance(file, tuple):
        data = file[1]
    else:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise Refused(f"{file} cannot be read: {os.strerror(error.errno or 0)}.") from None
    if len(data) > settings().max_recording_mb * BYTES_IN_MB:
        raise Refused(f"{len(data) / BYTES_IN_MB:.1f} MB are too many; {settings().max_recording_mb:g} MB are allowed.")
    return data


def _decision(
    data: bytes,
    in_force: ThresholdInForce,
    model: model_folders.LoadedModel,
    families: Mapping[str, FeatureFamily],
    beside: _Beside,
    counting: source_watch.Counting,
) -> JsonObject:
    sound = decode_apart(data, max_duration_s=settings().max_duration_s, min_duration_s=settings().min_duration_s)
    p = model.predict(lambda name: [families[name].extract(sound.samples)])
    p_accepted, p_noise, p_speechless = (
        None if array is None else float(array[0]) for array in (p.p_accepted, p.p_noise, p.p_speechless)
    )
    if p_accepted is None:
        raise EarshotError(f"Model {model.id} gave no probability.")
    is_accepted = p_accepted >= in_force.threshold
    sound_likeness = sound_reference.compare(sound.samples, beside.sound)
    counting.add(p_accepted, is_accepted=is_accepted, sound=sound_likeness)
    decision, reason = ("accepted", None) if is_accepted else ("rejected", _reason(p_noise, p_speechless))
    return {
        "decision": decision,
        "reason": reason,
        "p_accepted": p_accepted,
        "p_noise": p_noise,
        "p_speechless": p_speechless,
        "threshold": in_force.threshold,
        "threshold_basis": in_force.basis.value,
        "am_target": in_force.point.am_target,
        "certainty": in_force.certainty.value if in_force.certainty else None,
        "source": in_force.source or None,
        "model": model.id,
        "duration_s": round(sound.duration_s, 3),
        "unlike": None if sound_likeness.unlike is None else round(sound_likeness.unlike, 3),
        "looks_processed": sound_likeness.is_processed,
        **acoustic_explanation.explanation_keys(
            acoustic_explanation.explain_samples(sound.samples, beside.typical), decision, reason
        ),
    }


def _reason(p_noise: float | None, p_speechless: float | None) -> str | None:
    """The likelier of the two; None where the model's task does not separate them."""
    if p_noise is None or p_speechless is None:
        return None
    return "noise" if p_noise > p_speechless else "speechless"

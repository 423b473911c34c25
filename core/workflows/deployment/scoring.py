"""The deployed decision on recordings from outside: accepted, or rejected and why.

`score` computes in this process and may load TensorFlow; the command line uses it. `score_remote` asks a worker of the
cluster, for the web server, which never loads TensorFlow. No recording that is scored is stored.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from core.audio.decoding_pool import decode_apart
from core.audio.features import FeatureFamily
from core.config import settings
from core.domain.json_types import JsonObject
from core.domain.models import OperatingPoint
from core.errors import EarshotError, NotFound, Refused
from core.workflows.evaluation import acoustic_explanation
from core.workflows.jobs import cluster
from core.workflows.training import feature_families, model_folders
from db import deployments, session

REMOTE_TIMEOUT_S = 120.0  # a worker that has never scored first loads TensorFlow and the model
BYTES_IN_MB = 1_000_000

File = Path | tuple[str, bytes]


def score(files: Iterable[File]) -> Iterator[JsonObject]:
    """The decision on each file, in order, as `score --json` prints it; a file that cannot be used gives its `error`.

    Parameters
    ----------
    files : paths, or (name, bytes)

    Raises
    ------
    NotFound
        Nothing is deployed, or the deployed model's folder is gone.
    Refused
        The deployed model learned from other features than this version computes.
    """
    point = _in_force()
    model = _loaded(point.model_id, str(settings().models.absolute()))
    families = {name: feature_families.family(name) for name in model.spec.families}
    typical = acoustic_explanation.typical_of_model(model.id)
    for file in files:
        name = file[0] if isinstance(file, tuple) else str(file)
        try:
            yield {"file": name, **_decision(_read(file), point, model, families, typical)}
        except Refused as error:
            yield {"file": name, "error": str(error)}


def score_remote(files: Iterable[tuple[str, bytes]]) -> list[JsonObject]:
    """The same, computed by a worker of the cluster.

    Raises
    ------
    Unavailable
        Besides what `score` raises: no worker answers.
    """
    _in_force()
    return cluster.run_on_worker(_score_on_worker, list(files), timeout_s=REMOTE_TIMEOUT_S)


def _score_on_worker(files: list[tuple[str, bytes]]) -> list[JsonObject]:
    return list(score(files))


def _in_force() -> OperatingPoint:
    with session.reading() as tx:
        deployment = deployments.newest(tx)
        was_withdrawn = deployment is None and bool(deployments.newest_first(tx, limit=1))
    if was_withdrawn:
        raise NotFound(
            "The deployed model was withdrawn when a child that it had learned from was erased, and there is none "
            "before it: nothing can be decided until another one is deployed on the Evaluate screen."
        )
    if deployment is None:
        raise NotFound("No model is deployed, so nothing can be decided; deploy one on the Evaluate screen.")
    return deployment.operating_point


@lru_cache(maxsize=2)
def _loaded(model_id: str, _models: str) -> model_folders.LoadedModel:
    """Model folders never change, so one that was loaded stays right."""
    return model_folders.load(model_id)


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
    point: OperatingPoint,
    model: model_folders.LoadedModel,
    families: Mapping[str, FeatureFamily],
    typical: JsonObject,
) -> JsonObject:
    sound = decode_apart(data, max_duration_s=settings().max_duration_s, min_duration_s=settings().min_duration_s)
    p = model.predict(lambda name: [families[name].extract(sound.samples)])
    p_accepted, p_noise, p_speechless = (
        None if array is None else float(array[0]) for array in (p.p_accepted, p.p_noise, p.p_speechless)
    )
    if p_accepted is None:
        raise EarshotError(f"Model {model.id} gave no probability.")
    is_accepted = p_accepted >= point.threshold
    decision, reason = ("accepted", None) if is_accepted else ("rejected", _reason(p_noise, p_speechless))
    return {
        "decision": decision,
        "reason": reason,
        "p_accepted": p_accepted,
        "p_noise": p_noise,
        "p_speechless": p_speechless,
        "threshold": point.threshold,
        "model": model.id,
        "duration_s": round(sound.duration_s, 3),
        **acoustic_explanation.explanation_keys(
            acoustic_explanation.explain_samples(sound.samples, typical), decision, reason
        ),
    }


def _reason(p_noise: float | None, p_speechless: float | None) -> str | None:
    """The likelier of the two; None where the model's task does not separate them."""
    if p_noise is None or p_speechless is None:
        return None
    return "noise" if p_noise > p_speechless else "speechless"

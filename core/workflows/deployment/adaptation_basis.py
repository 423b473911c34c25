"""What a threshold of a source's own rests on: a deployed model, recordings that it has a p of, and judged ones."""

from __future__ import annotations

import numpy as np

from core.domain.certainty import Certainty
from core.domain.models import OperatingPoint
from core.errors import NotFound, Refused
from core.metrics import judged_source
from core.metrics.judged_source import JudgedSource
from core.metrics.source_threshold import RULE
from core.workflows.deployment.source_thresholds import SourceOnModel
from db import deployments, recording_counts, session

LEAST = RULE.least  # recordings of a source with a p, to choose anything


def deployed(tx: session.Connection) -> OperatingPoint:
    """What is in force; NotFound where nothing is."""
    now = deployments.newest(tx)
    if now is None:
        raise NotFound("No model is deployed, so no source can have a threshold; deploy one on the Evaluate screen.")
    return now.operating_point


def require_known(tx: session.Connection, source: str) -> None:
    """NotFound where no recording names the source."""
    known = recording_counts.sources(tx)
    if source not in known:
        named = ", ".join(repr(name) for name in known[:10]) or "none"
        raise NotFound(
            "No recording names the source {source!r}; there are: {named}.",
            source=source,
            named=named,
        )


def require_enough(seen: SourceOnModel, source: str) -> None:
    """Refused where too few recordings of the source have a p."""
    if len(seen.recordings) < LEAST:
        raise Refused(
            "{source!r} has {n_recordings} recordings that the deployed model has predicted and did "
            "not learn from: at least {least} are needed, some hundreds are better. Import more of "
            "them.",
            source=source,
            n_recordings=len(seen.recordings),
            least=LEAST,
        )


def judged_places(seen: SourceOnModel, drawn: set[int]) -> list[int]:
    """Where the drawn recordings stand that two judges judged."""
    pairs = enumerate(seen.recordings)
    return [place for place, labelled in pairs if labelled.recording_id in drawn and labelled.vote is not None]


def threshold_with_labels(seen: SourceOnModel, places: list[int], certainty: Certainty) -> JudgedSource:
    """The threshold from the labels of these; Refused where they are too few."""
    of_judged = [seen.recordings[place] for place in places]
    return judged_source.choose_with_labels(
        seen.p,
        np.array(places, dtype=np.int64),
        np.array([labelled.vote for labelled in of_judged], dtype=np.float64),
        np.array([labelled.child_id for labelled in of_judged], dtype=np.int64),
        am_target=seen.reference.am_target,
        common=seen.reference.threshold,
        certainty=certainty,
    )

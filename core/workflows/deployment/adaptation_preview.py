"""What a source has in force, and what threshold of its own it could have."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from core.domain.certainty import Certainty
from core.domain.json_types import JsonObject, json_of, object_of
from core.domain.sources import ThresholdInForce
from core.errors import Refused
from core.json_values import known_interval, without_nan
from core.metrics import source_threshold
from core.metrics.judged_source import JudgedSource
from core.metrics.source_threshold import SourceThreshold
from core.sentences.certainty_sentences import source_certainty_words
from core.workflows.deployment import adaptation_basis, source_thresholds
from core.workflows.deployment.source_thresholds import SourceOnModel
from db import session, source_draws, source_recordings


@dataclass(frozen=True)
class AdaptationPreview:
    """What a source has in force, and what it could have.

    n : recordings that the deployed model has a p of and did not learn from; n_missing : those without a p yet
    n_drawn, n_judged : recordings that were drawn for judges, and of them those that two judges judged
    judged : None while too few are judged, and then `judged_obstacle` says why
    """

    in_force: ThresholdInForce
    n: int
    n_missing: int
    unlabelled: SourceThreshold
    n_drawn: int
    n_judged: int
    judged: JudgedSource | None
    judged_obstacle: str

    def as_json(self) -> JsonObject:
        """What `adapt --json` prints; NaN becomes null."""
        now, point = self.in_force, self.in_force.point
        return object_of(
            json_of(
                without_nan(
                    {
                        "source": now.source,
                        "model": point.model_id,
                        "am_target": point.am_target,
                        "threshold_common": point.threshold,
                        "threshold": now.threshold,
                        "basis": str(now.basis),
                        "certainty": now.certainty.value if now.certainty else None,
                        "certainty_words": source_certainty_words(now.certainty, now.basis),
                        "recordings": self.n,
                        "without_prediction": self.n_missing,
                        "unlabelled": asdict(self.unlabelled) | {"rcc_lost": self.unlabelled.rcc_lost},
                        "drawn": self.n_drawn,
                        "judged": self.n_judged,
                        "judged_threshold": self._judged_as_json(),
                        "judged_obstacle": self.judged_obstacle or None,
                    }
                )
            )
        )

    def _judged_as_json(self) -> dict[str, object] | None:
        if self.judged is None:
            return None
        needed = self.judged.needed
        return {
            **asdict(self.judged),
            "certainty": self.judged.certainty.value if self.judged.certainty else None,
            "needed": None if needed is None else asdict(needed) | {"certainty": needed.certainty.value},
            **known_interval("am_interval", self.judged.am_interval, of=self.judged.am),
            **known_interval("rcc_interval", self.judged.rcc_interval, of=self.judged.rcc),
        }


def preview(source: str) -> AdaptationPreview:
    """What a source could have, from the predictions that are there; changes nothing.

    Raises
    ------
    NotFound
        Nothing is deployed, or no recording names this source.
    Refused
        Validation lacks a class.
    """
    with session.reading() as tx:
        point = adaptation_basis.deployed(tx)
        adaptation_basis.require_known(tx, source)
        seen = source_thresholds.on_model(tx, source, point)
        in_force = source_thresholds.threshold_in_force(tx, point, source)
        drawn = set(source_draws.drawn(tx, source))
        n_missing = len(source_recordings.without_prediction(tx, source, point.model_id))
    judged, obstacle = _judged_or_why(seen, drawn, point.certainty)
    return AdaptationPreview(
        in_force=in_force,
        n=len(seen.recordings),
        n_missing=n_missing,
        unlabelled=source_threshold.choose_without_labels(seen.p, seen.reference),
        n_drawn=len(drawn),
        n_judged=len(adaptation_basis.judged_places(seen, drawn)),
        judged=judged,
        judged_obstacle=obstacle,
    )


def _judged_or_why(seen: SourceOnModel, drawn: set[int], certainty: Certainty) -> tuple[JudgedSource | None, str]:
    try:
        return adaptation_basis.threshold_with_labels(seen, adaptation_basis.judged_places(seen, drawn), certainty), ""
    except Refused as error:
        return None, str(error)

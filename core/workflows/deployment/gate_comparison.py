"""A comparison of a new model with the one in force: pure, stored with a challenge and read again from it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from math import nan

from core.domain.certainty import Certainty
from core.domain.json_types import JsonObject, json_of, number_of, object_of, text_of, whole_or_none
from core.domain.verdicts import GateVerdict
from core.metrics.paired_difference import NOT_KNOWN
from core.metrics.paired_difference import ShareDifference as ShareDifference  # what screens show

TOLERATED_OF_A_KIND = 0.10  # of Noise or Speechless alone, of which there are fewer
LEAST_OF_A_KIND = 20  # recordings: of fewer, one or two make such a loss
TOLERATED = 0.05  # a larger loss is never called none, however few the children are that it was measured on


@dataclass(frozen=True)
class GatedModel:
    """A model in the comparison; the shares are of the compared test children, between 0 and 1, NaN where unknown.

    threshold : of the model in force, the one in force; of the challenger, the one that a deployment takes
    own_threshold : the same; in a comparison that an older version stored, which chose others for the comparison alone,
        what Evaluate showed and a deployment took, or NaN
    """

    id: str
    name: str
    threshold: float
    rcc: float
    am: float
    own_threshold: float = nan

    @staticmethod
    def from_json(stored: JsonObject) -> GatedModel:
        """As `GateComparison.as_figures` stores it."""
        threshold, rcc, am, own_threshold = (
            number_of(stored.get(name), nan) for name in ("threshold", "rcc", "am", "own_threshold")
        )
        return GatedModel(text_of(stored.get("id")), text_of(stored.get("name")), threshold, rcc, am, own_threshold)


@dataclass(frozen=True)
class GateComparison:
    """Both models at the same AM target. The differences are challenger minus champion, with their 95 % interval.

    left_out : recordings of validation and test without a prediction of one of the two
    snapshot_id : whose test children are compared: the newer of the two models' snapshots; None where an older version
        stored it
    certainty : with which both thresholds keep the target
    rcc_noise, rcc_speechless : of each kind apart; all NaN where an older version stored it
    """

    challenger: GatedModel
    champion: GatedModel
    am_target: float
    rcc: ShareDifference
    am: ShareDifference
    left_out: int = 0
    snapshot_id: int | None = None
    certainty: Certainty = Certainty.EVEN
    rcc_noise: ShareDifference = NOT_KNOWN
    rcc_speechless: ShareDifference = NOT_KNOWN

    @property
    def verdict(self) -> GateVerdict:
        """Worse or better where an interval excludes 0; a loss above `TOLERATED` is at least unsure."""
        if math.isnan(self.rcc.value) or math.isnan(self.am.value):
            return GateVerdict.UNKNOWN
        kinds = (self.rcc_noise, self.rcc_speechless)
        if self.rcc.high < 0 or self.am.low > 0 or any(kind.high < 0 for kind in kinds):
            return GateVerdict.WORSE
        loses_a_kind = any(kind.n >= LEAST_OF_A_KIND and -kind.value > TOLERATED_OF_A_KIND for kind in kinds)
        if max(-self.rcc.value, self.am.value) > TOLERATED or loses_a_kind:
            return GateVerdict.UNSURE
        return GateVerdict.BETTER if self.rcc.low > 0 or self.am.high < 0 else GateVerdict.ALIKE

    @property
    def is_offered(self) -> bool:
        """Whether the challenger may be deployed without insisting."""
        return self.verdict.is_offered

    def as_figures(self) -> JsonObject:
        """As the database stores it; NaN becomes null."""
        return object_of(json_of(asdict(self) | {"certainty": self.certainty.value})) | {"verdict": self.verdict.value}

    @staticmethod
    def of(figures: JsonObject) -> GateComparison:
        """The comparison from what the database stores."""
        return GateComparison(
            challenger=GatedModel.from_json(object_of(figures.get("challenger"))),
            champion=GatedModel.from_json(object_of(figures.get("champion"))),
            am_target=number_of(figures.get("am_target"), nan),
            rcc=_difference(object_of(figures.get("rcc"))),
            am=_difference(object_of(figures.get("am"))),
            rcc_noise=_difference(object_of(figures.get("rcc_noise"))),
            rcc_speechless=_difference(object_of(figures.get("rcc_speechless"))),
            left_out=whole_or_none(figures.get("left_out")) or 0,
            snapshot_id=whole_or_none(figures.get("snapshot_id")),
            certainty=Certainty.of(number_of(figures.get("certainty"), Certainty.EVEN.value)),
        )


def _difference(stored: JsonObject) -> ShareDifference:
    value, low, high = (number_of(stored.get(name), nan) for name in ("value", "low", "high"))
    n, n_children = (whole_or_none(stored.get(name)) or 0 for name in ("n", "n_children"))
    return ShareDifference(value, low, high, n, n_children)

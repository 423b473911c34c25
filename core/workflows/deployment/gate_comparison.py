"""What the gate finds of two models, and how it says so: pure, kept with a challenge and read again from it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from core.domain.verdicts import GateVerdict
from core.json_values import with_nan, without_nan
from core.metrics.paired_difference import ShareDifference
from core.number_words import decimal, signed_points

TOLERATED = 0.05  # a larger loss is never called none, however few the children are that it was measured on


@dataclass(frozen=True)
class GatedModel:
    """One of the two at its own threshold; the shares are of the test children, between 0 and 1, NaN where unknown."""

    id: str
    name: str
    threshold: float
    rcc: float
    am: float


@dataclass(frozen=True)
class GateComparison:
    """Both at the same AM target. The differences are challenger minus champion, with their paired 95 % interval.

    left_out : recordings of validation and test of which one of the two has said nothing and cannot be asked
    """

    challenger: GatedModel
    champion: GatedModel
    am_target: float
    rcc: ShareDifference
    am: ShareDifference
    left_out: int = 0

    @property
    def verdict(self) -> GateVerdict:
        """Worse or better where an interval says so; a loss above `TOLERATED` is at least unsure."""
        if any(math.isnan(one.value) for one in (self.rcc, self.am)):
            return GateVerdict.UNKNOWN
        if self.rcc.high < 0 or self.am.low > 0:
            return GateVerdict.WORSE
        if max(-self.rcc.value, self.am.value) > TOLERATED:
            return GateVerdict.UNSURE
        return GateVerdict.BETTER if self.rcc.low > 0 or self.am.high < 0 else GateVerdict.ALIKE

    @property
    def is_offered(self) -> bool:
        return self.verdict.is_offered

    def as_figures(self) -> dict[str, Any]:
        """What the database keeps; NaN becomes null."""
        return {**without_nan(asdict(self)), "verdict": self.verdict}

    @classmethod
    def of(cls, figures: dict[str, Any]) -> GateComparison:
        """The same from what was kept."""
        kept = with_nan(figures)
        return cls(
            challenger=GatedModel(**kept["challenger"]),
            champion=GatedModel(**kept["champion"]),
            am_target=kept["am_target"],
            rcc=ShareDifference(**kept["rcc"]),
            am=ShareDifference(**kept["am"]),
            left_out=kept["left_out"],
        )


def describe_comparison(found: GateComparison) -> str:
    """What the gate says, for a person."""
    if found.verdict is GateVerdict.UNKNOWN:
        return "The two cannot be compared: among the test children, good readings or bad recordings are missing."
    told = f"it catches {_more(found.rcc)} bad recordings and asks {_more(found.am)} good readings again"
    verdict = {
        GateVerdict.BETTER: "Better than the model in force",
        GateVerdict.ALIKE: "Not worse than the model in force, as far as these children can tell",
        GateVerdict.UNSURE: "Worse on these test children, who are too few to call it more than chance",
        GateVerdict.WORSE: "Clearly worse than the model in force",
    }[found.verdict]
    return f"{verdict}: of 100, {told} (95 %: {_ends(found.rcc)} caught, {_ends(found.am)} asked again)."


def _more(found: ShareDifference) -> str:
    points = 100 * found.value
    return "as many" if abs(points) < 0.05 else f"{decimal(abs(points))} {'more' if points > 0 else 'fewer'}"


def _ends(found: ShareDifference) -> str:
    return signed_points(found.low, found.high)

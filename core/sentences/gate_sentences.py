"""Sentences about a comparison of a new model with the one in force."""

from __future__ import annotations

from core.domain.verdicts import GateVerdict
from core.metrics.paired_difference import ShareDifference
from core.number_words import decimal, signed_points

VERDICTS = {
    GateVerdict.BETTER: "Better than the model in force",
    GateVerdict.ALIKE: "Not worse than the model in force, as far as these children can tell",
    GateVerdict.UNSURE: "Worse on these test children, who are too few to call it more than chance",
    GateVerdict.WORSE: "Clearly worse than the model in force",
}


def gate_sentence(verdict: GateVerdict, *, rcc: ShareDifference, am: ShareDifference) -> str:
    """The verdict and both differences, new model minus the one in force."""
    if verdict is GateVerdict.UNKNOWN:
        return "The two cannot be compared: among the test children, good readings or bad recordings are missing."
    return (
        f"{VERDICTS[verdict]}: of 100, it catches {_more(rcc)} bad recordings and wrongly refuses {_more(am)} good "
        f"readings (95 %: {_ends(rcc)} caught, {_ends(am)} wrongly refused)."
    )


def _more(difference: ShareDifference) -> str:
    points = 100 * difference.value
    return "as many" if abs(points) < 0.05 else f"{decimal(abs(points))} {'more' if points > 0 else 'fewer'}"


def _ends(difference: ShareDifference) -> str:
    return signed_points(difference.low, difference.high)

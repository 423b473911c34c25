"""Sentences about a comparison of a new model with the one in force."""

from __future__ import annotations

from core.domain.verdicts import GateVerdict
from core.metrics.paired_difference import ShareDifference
from core.number_words import decimal, is_known, signed_points

VERDICTS = {
    GateVerdict.BETTER: "Better than the model in force",
    GateVerdict.ALIKE: "Not worse than the model in force, as far as these children can tell",
    GateVerdict.UNSURE: "Worse on these test children, who are too few to call it more than chance",
    GateVerdict.WORSE: "Clearly worse than the model in force",
}


def gate_sentence(
    verdict: GateVerdict,
    *,
    rcc: ShareDifference,
    am: ShareDifference,
    noise: ShareDifference | None = None,
    speechless: ShareDifference | None = None,
) -> str:
    """The verdict and the differences, new model minus the one in force; of Noise and Speechless where given."""
    if verdict is GateVerdict.UNKNOWN:
        return "The two cannot be compared: among the test children, good readings or bad recordings are missing."
    return (
        f"{VERDICTS[verdict]}: of 100, it catches {_more(rcc)} bad recordings and wrongly refuses {_more(am)} good "
        f"readings (95 %: {_ends(rcc)} caught, {_ends(am)} wrongly refused)." + _apart(noise, speechless)
    )


def _apart(noise: ShareDifference | None, speechless: ShareDifference | None) -> str:
    """A second sentence, of the kinds that are known."""
    parts = [
        f"of 100 {name}, {_more(kind)} (95 %: {_ends(kind)})"
        for name, kind in (("Noise", noise), ("Speechless", speechless))
        if kind is not None and is_known(kind.value)
    ]
    return f" Apart, it catches {' and '.join(parts)}." if parts else ""


def _more(difference: ShareDifference) -> str:
    points = 100 * difference.value
    return "as many" if abs(points) < 0.05 else f"{decimal(abs(points))} {'more' if points > 0 else 'fewer'}"


def _ends(difference: ShareDifference) -> str:
    return signed_points(difference.low, difference.high)

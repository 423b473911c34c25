"""Sentences about a comparison of a new model with the one in force."""

from __future__ import annotations

from core.domain.labels import Label
from core.domain.verdicts import GateVerdict
from core.metrics.paired_difference import ShareDifference
from core.number_words import decimal, is_known, signed_points
from core.translation import DEFAULT_LANGUAGE, mark, translate

VERDICTS = {
    GateVerdict.BETTER: mark("Better than the model in force"),
    GateVerdict.ALIKE: mark("Not worse than the model in force, as far as these children can tell"),
    GateVerdict.UNSURE: mark("Worse on these test children, who are too few to call it more than chance"),
    GateVerdict.WORSE: mark("Clearly worse than the model in force"),
}
CATCHES = (
    mark("it catches as many bad recordings"),
    mark("it catches {n} more bad recordings"),
    mark("it catches {n} fewer bad recordings"),
)
REFUSES = (
    mark("wrongly refuses as many good readings"),
    mark("wrongly refuses {n} more good readings"),
    mark("wrongly refuses {n} fewer good readings"),
)
OF_KIND = (
    mark("of 100 {label}, as many (95 %: {ends})"),
    mark("of 100 {label}, {n} more (95 %: {ends})"),
    mark("of 100 {label}, {n} fewer (95 %: {ends})"),
)
"""As many, more, fewer."""


def gate_sentence(
    verdict: GateVerdict,
    *,
    rcc: ShareDifference,
    am: ShareDifference,
    noise: ShareDifference | None = None,
    speechless: ShareDifference | None = None,
    speaks: str = DEFAULT_LANGUAGE,
) -> str:
    """The verdict and the differences, new model minus the one in force; of Noise and Speechless where given."""
    if verdict is GateVerdict.UNKNOWN:
        return translate(
            speaks,
            "The two cannot be compared: among the test children, good readings or bad recordings are missing.",
        )
    sentence = translate(
        speaks,
        "{verdict}: of 100, {catches} and {refuses} (95 %: {caught} caught, {refused} wrongly refused).",
        verdict=translate(speaks, VERDICTS[verdict]),
        catches=_more(CATCHES, rcc, speaks),
        refuses=_more(REFUSES, am, speaks),
        caught=_ends(rcc, speaks),
        refused=_ends(am, speaks),
    )
    return " ".join(filter(None, [sentence, _apart(noise, speechless, speaks)]))


def _apart(noise: ShareDifference | None, speechless: ShareDifference | None, speaks: str) -> str:
    """A second sentence, of the kinds that are known."""
    kinds = [
        _more(OF_KIND, kind, speaks, label=translate(speaks, label.value), ends=_ends(kind, speaks))
        for label, kind in ((Label.NOISE, noise), (Label.SPEECHLESS, speechless))
        if kind is not None and is_known(kind.value)
    ]
    if len(kinds) < len((Label.NOISE, Label.SPEECHLESS)):
        return translate(speaks, "Apart, it catches {kind}.", kind=kinds[0]) if kinds else ""
    return translate(speaks, "Apart, it catches {noise} and {speechless}.", noise=kinds[0], speechless=kinds[1])


def _more(forms: tuple[str, str, str], difference: ShareDifference, speaks: str, **values: str) -> str:
    points = 100 * difference.value
    alike, more, fewer = forms
    if abs(points) < 0.05:
        return translate(speaks, alike, n="", **values)
    return translate(speaks, more if points > 0 else fewer, n=decimal(abs(points), speaks=speaks), **values)


def _ends(difference: ShareDifference, speaks: str) -> str:
    return signed_points(difference.low, difference.high, speaks=speaks)

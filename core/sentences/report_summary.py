"""Sentences of the report's first two pages, for a head teacher. Shares are between 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.certainty import Certainty
from core.domain.models import Deployment
from core.metrics.intervals import Interval
from core.number_words import in_hundred, is_known, is_too_few, percent
from core.sentences.certainty_sentences import meaning, target_words
from core.sentences.report_sentences import when_text
from core.translation import translate


def decision_sentence(
    deployment: Deployment | None, *, is_in_force: bool, am_target: float, certainty: Certainty, speaks: str
) -> str:
    """Whether this decides, since when, and what was decided."""
    values = {"target": target_words(am_target, certainty, speaks)}
    if deployment is None:
        return translate(speaks, "Nobody has put this in force yet. It is proposed: {target}.", **values)
    values["when"] = when_text(deployment.deployed_at, speaks)
    if is_in_force:
        return translate(speaks, "In force since {when}: {target}.", **values)
    return translate(speaks, "In force from {when} on, and not any more: {target}.", **values)


def who_and_why(deployment: Deployment | None, *, speaks: str) -> tuple[str, str]:
    """Who decided, and the reason that was written down."""
    if deployment is None:
        return translate(speaks, "nobody yet"), translate(speaks, "nothing is decided yet")
    return deployment.deployed_by, deployment.reason or translate(speaks, "no reason was written down")


def refused_sentence(am: float, am_interval: Interval, *, speaks: str) -> str:
    """What it means for 100 children who read well."""
    if not is_known(am):
        return translate(speaks, "No good reading was tested, so nobody knows how many are refused.")
    begin = translate(
        speaks,
        "Imagine 100 children who each read a word well. About {n} of them must read it again for nothing; the others "
        "go on.",
        n=in_hundred(am, 0, speaks=speaks),
    )
    return f"{begin} {_spread(am, am_interval, speaks)}"


def caught_sentence(rcc: float, rcc_interval: Interval, *, speaks: str) -> str:
    """What it means for 100 recordings that are no use."""
    if not is_known(rcc):
        return translate(speaks, "No bad recording was tested, so nobody knows how many are caught.")
    begin = translate(
        speaks,
        "Imagine 100 recordings in which noise covers the word, or nobody reads. About {n} are caught and the child "
        "reads again; {through} go on to speech recognition, which will make mistakes on them.",
        n=in_hundred(rcc, 0, speaks=speaks),
        through=in_hundred(1 - rcc, 0, speaks=speaks),
    )
    return f"{begin} {_spread(rcc, rcc_interval, speaks)}"


def _spread(share: float, ends: Interval, speaks: str) -> str:
    if is_too_few(ends, of=share):
        return translate(speaks, "The children are too few to say how far that differs with others.")
    low, high = (in_hundred(end, 0, speaks=speaks) for end in ends)
    return translate(speaks, "With other children of the same kind it is {low} to {high}.", low=low, high=high)


def limits(
    *,
    certainty: Certainty,
    promise: str,
    measured: str,
    elsewhere: str,
    n_disagreed: int,
    am_stream: float,
    speaks: str,
) -> Sequence[str]:
    """What this does not say, the most important first.

    promise, measured, elsewhere : the sentences that screens share
    am_stream : AM when each disagreement of the judges counts as half a good reading
    """
    lines = [promise, elsewhere, measured]
    lines.append(
        translate(
            speaks,
            "The threshold was chosen on other children than those it was tested on; it is {meaning}.",
            meaning=meaning(certainty, speaks),
        )
    )
    if n_disagreed and is_known(am_stream):
        lines.append(
            translate(
                speaks,
                "Good and bad is what two people heard. Where they differ nobody knows better: with these recordings, "
                "each as half a good one, {share} of the good readings are refused.",
                share=percent(am_stream, speaks=speaks),
            )
        )
    lines.append(
        translate(
            speaks,
            "It judges recordings and never children: whether a word was read right is not looked at here.",
        )
    )
    return lines

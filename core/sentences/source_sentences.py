"""Sentences about sources: which threshold is in force and why, what it costs, what is different about the sound."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.sound_differences import SoundDifference
from core.domain.sources import SourcePoint, ThresholdBasis, ThresholdInForce
from core.metrics.judged_source import JudgedSource
from core.metrics.source_threshold import SourceThreshold
from core.number_words import counted, decimal, interval, percent, short_percent
from core.sentences.certainty_sentences import source_certainty_words

REASONS = {
    ThresholdBasis.COMMON: "the common one, as everywhere else",
    ThresholdBasis.UNLABELLED: "its own, chosen without labels from {n}",
    ThresholdBasis.JUDGED: "its own, chosen on {judged} that two judges judged",
    ThresholdBasis.RECOMPUTED: "its own, recomputed without labels from {n} when another model or target was deployed",
}


def in_force_sentence(now: ThresholdInForce) -> str:
    """Which threshold decides in a source, and why."""
    own = now.own
    reason = REASONS[now.basis].format(
        n=counted(own.n if own else 0, "recording"), judged=counted(own.n_judged if own else 0, "recording")
    )
    sure = source_certainty_words(now.certainty, now.basis)
    sentence = f"The threshold in force is {decimal(now.threshold, 4)}: {reason} ({sure})."
    if own is None or not own.is_own:
        return sentence
    return f"{sentence} Everywhere else it is {decimal(now.point.threshold, 4)}."


def own_threshold_words(point: SourcePoint) -> str:
    """A source with its threshold in a list: `school 7 0.2140 (judged, sure to 95 %)`."""
    sure = source_certainty_words(point.certainty, point.basis)
    return f"{point.source} {decimal(point.threshold, 4)} ({point.basis}, {sure})"


def unlabelled_sentence(chosen: SourceThreshold, am_target: float) -> str:
    """What the source's own p give without labels, and what that costs."""
    if not chosen.is_own:
        return (
            f"From {counted(chosen.n, 'recording')}: the common threshold can stay. What p are like here differs from "
            "validation no more than another share of good readings explains."
        )
    return (
        f"From {counted(chosen.n, 'recording')}, without labels: {decimal(chosen.threshold, 4)}. By its p the model "
        f"expects {percent(chosen.expected_am)} of the good readings wrongly refused (AM target "
        f"{short_percent(am_target)}) and {percent(chosen.expected_rcc)} of the bad recordings caught, instead of "
        f"{percent(chosen.expected_rcc_common)} at the common threshold. An estimate: judging some makes it sure."
    )


def judged_sentence(judged: JudgedSource) -> str:
    """What the judged recordings give, with the interval that so few have."""
    am_ends, rcc_ends = interval(judged.am_interval, of=judged.am), interval(judged.rcc_interval, of=judged.rcc)
    return (
        f"From {counted(judged.n, 'judged recording')} ({judged.n_accepted} Accepted): {decimal(judged.threshold, 4)}. "
        f"AM {percent(judged.am)} (95 %: {am_ends}), {percent(judged.am_stream)} with "
        f"disagreements; RCC {percent(judged.rcc)} (95 %: {rcc_ends}). The common threshold has "
        f"AM {percent(judged.am_common)}, RCC {percent(judged.rcc_common)} on the same recordings. "
        f"{judged_certainty_sentence(judged)}"
    )


def judged_certainty_sentence(judged: JudgedSource) -> str:
    """How sure the judged threshold is, and what would make it surer."""
    sure = source_certainty_words(judged.certainty, ThresholdBasis.JUDGED)
    needed = judged.needed
    sentence = f"This threshold: {sure}."
    if needed is None:
        return sentence
    wanted = f"{sentence} To be sure to {needed.certainty.in_hundred} %"
    if needed.n_children is None:
        return f"{wanted} no number of children would do."
    return f"{wanted} about {counted(needed.n_children, 'child', 'children')} like these would have to be judged."


def differences_sentence(source: str, n: int, differences: Sequence[SoundDifference]) -> str:
    """That a source is unlike what the model learned from, and by what."""
    named = ", ".join(str(difference) for difference in differences)
    return (
        f"{source or 'Without a named source'}: {counted(n, 'scored recording')} sound unlike those that the model "
        f"learned from: {named}."
    )


def processing_advice(differences: Sequence[SoundDifference]) -> str:
    """What the platform's builders can do about it; "" where the device processes nothing."""
    if not any(difference.is_processing for difference in differences):
        return ""
    return "The reading platform can ask the browser for `noiseSuppression: false, autoGainControl: false`."

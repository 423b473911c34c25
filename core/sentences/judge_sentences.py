"""Sentences about how far a judge's labels can be trusted: on screens and from commands, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from core.annotation.judge_evidence import Ground
from core.annotation.judge_verdicts import JudgeStanding, JudgeVerdict
from core.annotation.sequential_checks import Evidence
from core.domain.set_asides import CountedAgain, SetAside
from core.number_words import in_hundred
from core.translation import grouped, mark, translate

VERDICTS = {
    JudgeStanding.IN_DOUBT: mark("in doubt"),
    JudgeStanding.ONE_OF_TWO: mark("one of two"),
    JudgeStanding.IN_ORDER: mark("in order"),
    JudgeStanding.TOO_FEW: mark("too few labels"),
}
AT_CHANCE = 0.25  # of the way from chance to what a careful judge reaches


def verdict_words(verdict: JudgeStanding, language: str = "en") -> str:
    """`in doubt`, `in order`."""
    return translate(language, VERDICTS[verdict])


def verdict_sentences(verdict: JudgeVerdict, language: str = "en") -> list[str]:
    """The verdict, then the evidence it rests on, then the pace."""
    if verdict.verdict is JudgeStanding.IN_DOUBT:
        sentences = [_doubt(verdict, ground, language) for ground in verdict.grounds]
    elif verdict.verdict is JudgeStanding.ONE_OF_TWO:
        sentences = [_one_of_two(verdict, language)]
    elif verdict.verdict is JudgeStanding.IN_ORDER:
        sentences = [_in_order(verdict, language)]
    else:
        n = verdict.agreement.n + verdict.repeats.n + verdict.settled.n + verdict.known.n
        words = mark("Only {n} labels of {judge} can be compared with anything: too few to say how careful they are.")
        sentences = [translate(language, words, n=n, judge=verdict.judge)]
    return sentences + _pace(verdict, language)


def utc_text(at: datetime) -> str:
    """`2026-03-01 15:05 UTC`."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def set_aside_sentence(
    aside: SetAside, language: str = "en", *, time_text: Callable[[datetime], str] = utc_text
) -> str:
    """What was set aside, by whom, when and why. `time_text` writes a time of the database."""
    values = {
        "n": grouped(aside.n_labels, language),
        "judge": aside.judge,
        "begin": time_text(aside.begins_at),
        "end": time_text(aside.ends_at),
        "by": aside.by,
        "reason": aside.reason,
    }
    if aside.undone_at is None:
        words = mark("{n} labels of {judge} from {begin} to {end} are set aside, by {by}: {reason}")
    else:
        words = mark(
            "Labels of {judge} from {begin} to {end} were set aside by {by} ({reason}). They count again, but for {n}."
        )
    return translate(language, words, **values)


def counted_again_sentence(again: CountedAgain, language: str = "en") -> str:
    """How many count again, and why not all."""
    if not again.n_left:
        return translate(language, "{n} labels count again.", n=f"{again.n_again:,}")
    words = mark("{n} labels count again. {left} stay set aside: others have judged these recordings in their place.")
    return translate(language, words, n=f"{again.n_again:,}", left=f"{again.n_left:,}")


def _doubt(verdict: JudgeVerdict, ground: Ground, language: str) -> str:
    if ground is Ground.REPEATS:
        words = mark(
            "{judge} heard {n} recordings a second time without knowing it, and gave {same} of them the same label "
            "again ({share} %): chance alone gives {chance} %."
        )
        return translate(language, words, judge=verdict.judge, **_figures(verdict.repeats))
    if ground is Ground.SETTLED:
        words = mark("Of {n} disagreements of {judge} that staff settled, the label of {judge} was right in {same}.")
        return translate(language, words, judge=verdict.judge, **_figures(verdict.settled))
    if ground is Ground.KNOWN:
        words = mark(
            "{judge} heard {n} recordings whose label stands without knowing it, and gave {same} of them that label "
            "({share} %): chance alone gives {chance} %, a careful judge at least {least} %."
        )
        return translate(language, words, judge=verdict.judge, **_figures(verdict.known))
    return _too_little(verdict, language)


def _too_little(verdict: JudgeVerdict, language: str) -> str:
    evidence = max(
        (pair.evidence for pair in verdict.pairs), key=lambda each: each.strongest, default=verdict.agreement
    )
    words = mark(
        "{judge} agrees with the others less than judges usually do: {same} of {n} labels are the same ({share} %), "
        "where chance alone gives {chance} % and a careful judge at least {least} %."
    )
    if _is_at_chance(evidence):
        words = mark(
            "{judge} agrees with the others no more than by chance: {same} of {n} labels are the same ({share} %), "
            "where chance alone gives {chance} % and a careful judge at least {least} %."
        )
    return translate(language, words, judge=verdict.judge, **_figures(evidence))


def _one_of_two(verdict: JudgeVerdict, language: str) -> str:
    pairs = [pair.evidence for pair in verdict.pairs]
    evidence = max(pairs, key=lambda each: each.strongest, default=verdict.agreement)
    words = mark(
        "{judge} and {others} agree too little: {same} of {n} labels are the same ({share} %), where chance alone "
        "gives {chance} % and careful judges at least {least} %. One of them does not listen: listen to each."
    )
    return translate(language, words, judge=verdict.judge, others=", ".join(verdict.others), **_figures(evidence))


def _in_order(verdict: JudgeVerdict, language: str) -> str:
    if not verdict.agreement.n and not verdict.repeats.n and verdict.known.n:
        words = mark("{judge} gave {same} of {n} recordings whose label stands that label ({share} %).")
        return translate(language, words, judge=verdict.judge, **_figures(verdict.known))
    if not verdict.agreement.n:
        words = mark("{judge} gave {same} of {n} recordings the same label when they came again ({share} %).")
        return translate(language, words, judge=verdict.judge, **_figures(verdict.repeats))
    words = mark(
        "{judge} agrees with the others as judges usually do: {same} of {n} labels are the same ({share} %), where a "
        "careful judge reaches at least {least} %."
    )
    return translate(language, words, judge=verdict.judge, **_figures(verdict.agreement))


def _pace(verdict: JudgeVerdict, language: str) -> list[str]:
    if verdict.pace is None:
        return []
    if verdict.others_pace is None:
        return [translate(language, "{pace} labels an hour.", pace=f"{verdict.pace:,.0f}")]
    words = mark("{pace} labels an hour; the others {others}.")
    return [translate(language, words, pace=f"{verdict.pace:,.0f}", others=f"{verdict.others_pace:,.0f}")]


def _figures(evidence: Evidence) -> dict[str, str]:
    return {
        "n": f"{evidence.n_since:,}",
        "same": f"{evidence.n_same_since:,}",
        "share": in_hundred(evidence.share_same_since, 0),
        "chance": in_hundred(evidence.chance, 0),
        "least": in_hundred(evidence.least, 0),
    }


def _is_at_chance(evidence: Evidence) -> bool:
    return evidence.share_same_since <= evidence.chance + AT_CHANCE * (evidence.least - evidence.chance)

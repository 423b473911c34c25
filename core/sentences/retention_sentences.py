"""Sentences about what is kept how long and what goes when: the same on the screen and on the command line."""

from __future__ import annotations

from core.domain.erasure import AffectedModel
from core.domain.retention import RetentionPreview, RetentionRule, SourceRetention
from core.number_words import day_words
from core.translation import translate


def keeping_time(language: str, rule: RetentionRule | None) -> str:
    """How long a rule keeps recordings."""
    if rule is None or rule.days is None:
        return translate(language, "until erased")
    return translate(language, "1 day") if rule.days == 1 else translate(language, "{days} days", days=rule.days)


def source_name(language: str, source: str) -> str:
    return source or translate(language, "source not known")


def goes_soon(language: str, outlook: SourceRetention) -> str:
    """What of a source goes within a week: `12 recordings of School A go within 7 days.`"""
    name = source_name(language, outlook.source)
    if outlook.within_week == 1:
        return translate(language, "1 recording of {source} goes within 7 days.", source=name)
    return translate(language, "{n} recordings of {source} go within 7 days.", n=outlook.within_week, source=name)


def preview_lines(language: str, expected: RetentionPreview) -> list[str]:
    """What a rule, or a run, would do."""
    lines = [
        translate(
            language,
            "Holds for {recordings} recordings of {children} children. Due now: {due}; within 7 days: {week}; within "
            "30 days: {month}.",
            recordings=expected.recordings,
            children=expected.children,
            due=expected.due,
            week=expected.within_week,
            month=expected.within_month,
        )
    ]
    if expected.next_at is not None:
        day = day_words(expected.next_at.date(), speaks=language)
        lines.append(translate(language, "The first one goes on {day}.", day=day))
    if expected.postponed:
        lines.append(translate(language, "On a judge's desk, so they go later: {n}.", n=expected.postponed))
    return [*lines, *(_withdrawn(language, model) for model in expected.learned)]


def _withdrawn(language: str, model: AffectedModel) -> str:
    if model.is_in_force:
        return translate(language, "Learned from what is due, would be withdrawn: {model} (in force).", model=model.id)
    return translate(language, "Learned from what is due, would be withdrawn: {model}.", model=model.id)

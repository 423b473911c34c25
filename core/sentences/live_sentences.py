"""Sentences about the class: the alarm, AM and RCC as judged, what the plan will be able to see; in one's language."""

from __future__ import annotations

from core.domain.live import LiveAlarm
from core.metrics.live_shares import LiveShare
from core.number_words import DASH, day_words, in_hundred, is_known, percent, short_in_hundred, too_few
from core.translation import grouped, translate


def share_words(share: LiveShare, language: str = "en") -> str:
    """`12.3 % (8 to 18 %)`; that the children are too few for an interval; a dash without recordings."""
    if not share.n:
        return DASH
    if share.has_few_children:
        return f"{percent(share.value, speaks=language)} ({too_few(speaks=language)})"
    low, high = share.interval
    ends = translate(
        language, "{low} to {high}", low=in_hundred(low, 0, speaks=language), high=percent(high, 0, speaks=language)
    )
    return f"{percent(share.value, speaks=language)} ({ends})"


def judged_sentence(am: LiveShare, am_target: float, language: str = "en") -> str:
    """What AM was in class, beside its target."""
    if not am.n:
        return translate(
            language,
            "Of the last four weeks no recording from class is judged Accepted by two judges: nobody knows what AM is "
            "in class.",
        )
    values = {
        "am": in_hundred(am.value, 0, speaks=language),
        "target": short_in_hundred(am_target, speaks=language),
        "n": grouped(am.n, language),
    }
    if am.has_few_children:
        return translate(
            language,
            "By {n} judged good readings, about {am} of 100 were wrongly refused (target: at most {target}). They are "
            "of too few children to say how sure that is.",
            **values,
        )
    low, high = am.interval
    return translate(
        language,
        "By {n} judged good readings of {children} children, about {am} of 100 were wrongly refused in class (95 %: "
        "{low} to {high}; target: at most {target}).",
        **values,
        children=grouped(am.n_children, language),
        low=in_hundred(low, 0, speaks=language),
        high=in_hundred(high, 0, speaks=language),
    )


def alarm_sentence(alarm: LiveAlarm, am_target: float, language: str = "en") -> str:
    """That more good readings are refused than the target allows."""
    values = {
        "at": day_words(alarm.raised_at.date(), speaks=language),
        "target": short_in_hundred(am_target, speaks=language),
        "am": in_hundred(alarm.am, 0, speaks=language),
        "n": grouped(alarm.n, language),
        "source": alarm.source,
    }
    if alarm.source is None:
        return translate(
            language,
            "Since {at} it is sure enough: more than {target} of 100 good readings are refused in class. It is about "
            "{am} of 100, judging by {n} good readings that judges heard.",
            **values,
        )
    return translate(
        language,
        "Since {at} it is sure enough: more than {target} of 100 good readings of {source} are refused. It is about "
        "{am} of 100, judging by {n} good readings that judges heard.",
        **values,
    )


def outlook_sentence(recordings: float, half_week: float, half_month: float, language: str = "en") -> str:
    """What a plan will be able to see."""
    if not is_known(half_week):
        return translate(
            language,
            "What these judgements will show cannot be said before sources that agreed have sent recordings.",
        )
    return translate(
        language,
        "About {n} recordings a week go to judges. AM of one week is then known to about ± {week} points, of four "
        "weeks to ± {month}.",
        n=grouped(round(recordings), language),
        week=in_hundred(half_week, 0 if half_week >= 0.095 else 1, speaks=language),
        month=in_hundred(half_month, 0 if half_month >= 0.095 else 1, speaks=language),
    )

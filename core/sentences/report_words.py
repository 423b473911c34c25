"""Headings and captions of the report, in the language of its reader."""

from __future__ import annotations

from dataclasses import dataclass

from core.translation import translate


@dataclass(frozen=True)
class ReportWords:
    """Every text of the template that does not depend on figures."""

    decision: str
    model: str
    who: str
    why: str
    threshold: str
    hundred: str
    hundred_good: str
    hundred_bad: str
    trade_off: str
    how_to_read: str
    curve: str
    up: str
    right: str
    test_children: str
    validation_children: str
    this_target: str
    a_judge: str
    groups: str
    no_group_is_worse: str
    nothing_to_compare: str
    more_groups: str
    limits: str
    appendix: str
    decides: str
    people: str
    no_judges: str
    card: str


def report_words(speaks: str) -> ReportWords:
    """The texts in a language."""
    return ReportWords(
        decision=translate(speaks, "Decision"),
        model=translate(speaks, "Model"),
        who=translate(speaks, "Who decided"),
        why=translate(speaks, "Why"),
        threshold=translate(speaks, "Threshold"),
        hundred=translate(speaks, "What it means for 100 children"),
        hundred_good=translate(speaks, "100 good readings; red ones are refused for nothing"),
        hundred_bad=translate(speaks, "100 bad recordings; orange ones are let through"),
        trade_off=translate(speaks, "The trade-off"),
        how_to_read=translate(
            speaks,
            "The line shows every threshold there is. Further up, more bad recordings are caught; further right, more "
            "good readings are refused. The red dot is this decision. A diamond is one judge against the others, which "
            "is what people reach.",
        ),
        curve=translate(speaks, "Bad recordings caught against good readings wrongly refused"),
        up=translate(speaks, "up: bad recordings caught (RCC)"),
        right=translate(speaks, "good readings wrongly refused (AM)"),
        test_children=translate(speaks, "test children"),
        validation_children=translate(speaks, "validation children"),
        this_target=translate(speaks, "this target"),
        a_judge=translate(speaks, "a judge against the others"),
        groups=translate(speaks, "Who is treated how"),
        no_group_is_worse=translate(speaks, "No group is treated so much worse that it cannot be chance."),
        nothing_to_compare=translate(speaks, "Nothing is known by which the recordings could be told apart."),
        more_groups=translate(speaks, "More groups stand in the appendix."),
        limits=translate(speaks, "What this does not say"),
        appendix=translate(speaks, "Appendix: all figures"),
        decides=translate(speaks, "What it decides"),
        people=translate(speaks, "What people reach"),
        no_judges=translate(speaks, "No two judges have heard the same recording."),
        card=translate(speaks, "The model's card"),
    )

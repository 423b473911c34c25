"""What decides now, in figures, and how far the work has come."""

from __future__ import annotations

import streamlit as st

from core.errors import EarshotError
from core.sentences.certainty_sentences import target_words
from core.workflows.annotation.judging_progress import JudgingProgress
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import model_evaluation
from core.workflows.training import label_counts
from pages.components import formatting
from pages.components.markdown import plain
from pages.components.words import actor_title, language, say


def render_counts(progress: JudgingProgress) -> None:
    """Four counts in a row. The last three add up to the first."""
    with st.grid(4, min_column_width=150):
        st.metric(say("Recordings"), progress.recordings, border=True, format="localized")
        st.metric(
            say("Agreed or settled"),
            progress.agreed + progress.settled,
            border=True,
            format="localized",
            help=say("Both judges gave the same label, or staff decided. Models learn from these."),
        )
        st.metric(say("To settle"), progress.disagreed, border=True, format="localized")
        st.metric(
            say("To judge"),
            progress.to_judge,
            border=True,
            format="localized",
            help=say("Not judged yet, judged once, or sent to a third judge. Each recording goes to two judges."),
        )


def render_in_force() -> None:
    """The deployed model with what it does to the test children, or why nothing decides."""
    with st.container(border=True):
        now = deployment_control.current_deployment()
        icon = "verified" if now else "tune"
        title = say("In force") if now else say("Nothing decides yet")
        st.markdown(f":material/{icon}: **{title}**  \n{_deployed_sentence()}")
        st.page_link("evaluate.py", label=say("Evaluate"), icon=":material/arrow_forward:")


def render_quiet(progress: JudgingProgress, labels: label_counts.LabelCounts) -> None:
    """What is finished, in small: nothing to do there."""
    lines = []
    if not progress.to_judge:
        lines.append(say("Every recording has two judgements."))
    if not progress.disagreed:
        lines.append(say("No two judges differ on a recording that waits."))
    if labels.since_training == 0:
        words = say("The newest model has learned from all {n} labels there are.", n=formatting.grouped(labels.now))
        lines.append(words)
    if lines:
        st.caption("  \n".join(f":material/check: {line}" for line in lines))


def _deployed_sentence() -> str:
    now = deployment_control.current_deployment()
    if now is None:
        if model_evaluation.champion() is None:
            return say("No model is trained yet, so nothing decides.")
        return say("A model is trained, but none is deployed yet. Hear its mistakes and choose the trade-off.")
    point = now.operating_point
    try:
        report = model_evaluation.report(point.model_id, point.am_target)
    except EarshotError:  # its labels or probabilities are gone, for instance after an erasure
        name, figures = point.model_title, ""
    else:
        name = report.name
        figures = f"{formatting.trade_off(report.test.am, report.test.rcc)} {say('Measured on the test children.')} "
    return (
        f"{say('**{model}** decides.', model=plain(name))} {figures}"
        f"{say('Chosen so: {target}.', target=target_words(point.am_target, point.certainty, language()))} "
        + say(
            "In force since {when}, by {name}.",
            when=formatting.time_text(now.deployed_at),
            name=plain(actor_title(now.deployed_by)),
        )
    )
